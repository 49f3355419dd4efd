// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/server/sessions.h"
#include "backend/server/upload.h"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

namespace apex::backend {

namespace beast = boost::beast;
namespace http = beast::http;
using namespace Qt::StringLiterals;
using beast::error_code;
using std::chrono::seconds;

namespace {

constexpr std::uint32_t longestHead = 8192;
constexpr seconds headTime{30};
constexpr seconds keepAliveTime{90};
constexpr seconds bodyTime{30};
constexpr seconds chunkTime{60};
constexpr seconds lingerTime{3};
constexpr size_t chunkBytes = 64 * 1024;
constexpr size_t mostLingerBytes = size_t(2) << 30; // twice the largest file that is taken

QByteArray toBytes(boost::string_view text) {
    return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
}

boost::string_view toView(const QByteArray& bytes) {
    return {bytes.constData(), static_cast<size_t>(bytes.size())};
}

class HttpSession : public std::enable_shared_from_this<HttpSession> {
public:
    HttpSession(boost::asio::ip::tcp::socket socket, ServerContext& context)
        : m_stream(std::move(socket)), m_context(context) {}

    void readHead() {
        m_request = {};
        m_upload.reset();
        m_head.emplace();
        m_head->header_limit(longestHead);
        // The limit depends on the route, which is not known yet.
        m_head->body_limit(boost::none);
        m_stream.expires_after(m_answered ? keepAliveTime : headTime);
        http::async_read_header(
            m_stream, m_buffer, *m_head,
            [self = shared_from_this()](error_code error, size_t) { self->onHead(error); });
    }

private:
    void onHead(error_code error) {
        if (error == http::error::header_limit || error == http::error::buffer_overflow)
            return respond(HttpResponse::detail(431, u"The request head is too large."_s), true);
        if (error.category() == http::make_error_code(http::error::bad_method).category() &&
            error != http::error::end_of_stream && error != http::error::partial_message)
            return respond(HttpResponse::detail(400, u"The request is malformed."_s), true);
        if (error)
            return;
        if (!takeHead())
            return respond(HttpResponse::detail(400, u"The request target is not a path."_s), true);
        if (auto refused = m_context.guard.refuse(m_request))
            return respond(*refused, true);
        if (beast::websocket::is_upgrade(m_head->get()))
            return upgrade();
        if (Upload::isUpload(m_request))
            return beginUpload();
        readBody();
    }

    bool takeHead() {
        const auto& head = m_head->get();
        m_request.method = toBytes(head.method_string());
        for (const auto& field : head) {
            QByteArray& value = m_request.headers[toBytes(field.name_string()).toLower()];
            value = value.isEmpty() ? toBytes(field.value()) : value + ", " + toBytes(field.value());
        }
        return readTarget(toBytes(head.target()), m_request);
    }

    void upgrade() {
        const auto admission = admitSocket(m_request, m_context.state);
        if (!admission)
            return respond(admission.error(), true);
        if (!m_context.hub.hasRoomFor(admission->claims.user))
            return respond(HttpResponse::detail(429, u"This account has too many open connections."_s), true);
        m_stream.expires_never();
        startWebSocketSession(std::move(m_stream), m_head->release(), *admission, m_context);
    }

    void readBody() {
        const auto limit = static_cast<std::uint64_t>(m_context.router.bodyLimit(m_request));
        if (m_head->content_length().value_or(0) > limit)
            return respond(HttpResponse::detail(413, u"The request body is too large."_s), true);
        if (m_head->is_done())
            return respond(m_context.router.handle(m_request), false);
        m_body.emplace(std::move(*m_head));
        m_body->body_limit(limit);
        m_stream.expires_after(bodyTime);
        continueIfExpected([self = shared_from_this()] {
            http::async_read(self->m_stream, self->m_buffer, *self->m_body,
                             [self](error_code error, size_t) { self->onBody(error); });
        });
    }

    void onBody(error_code error) {
        if (error == http::error::body_limit)
            return respond(HttpResponse::detail(413, u"The request body is too large."_s), true);
        if (error)
            return;
        m_request.body = QByteArray::fromStdString(m_body->get().body());
        respond(m_context.router.handle(m_request), false);
    }

    void beginUpload() {
        const auto length = m_head->content_length();
        auto upload = Upload::begin(m_context.state, m_context.router, m_request,
                                    length ? static_cast<qint64>(*length) : qint64(-1));
        if (!upload)
            return respond(upload.error(), true);
        m_upload.emplace(std::move(*upload));
        if (m_head->is_done())
            return respond(m_upload->finish(), false);
        m_stored.emplace(std::move(*m_head));
        m_stored->body_limit(boost::none);
        m_chunk.resize(chunkBytes);
        continueIfExpected([self = shared_from_this()] { self->readChunk(); });
    }

    void readChunk() {
        auto& body = m_stored->get().body();
        body.data = m_chunk.data();
        body.size = m_chunk.size();
        m_stream.expires_after(chunkTime);
        http::async_read(m_stream, m_buffer, *m_stored,
                         [self = shared_from_this()](error_code error, size_t) { self->onChunk(error); });
    }

    void onChunk(error_code error) {
        if (error && error != http::error::need_buffer) {
            m_upload.reset();
            return;
        }
        const size_t read = m_chunk.size() - m_stored->get().body().size;
        if (auto refused = m_upload->take(m_chunk.data(), static_cast<qint64>(read))) {
            m_upload.reset();
            return respond(*refused, true);
        }
        if (m_stored->is_done())
            return respond(m_upload->finish(), false);
        readChunk();
    }

    template <class Next>
    void continueIfExpected(Next next) {
        if (m_request.header("expect").toLower() != "100-continue")
            return next();
        auto interim = std::make_shared<http::response<http::empty_body>>(http::status::continue_, 11);
        http::async_write(m_stream, *interim,
                          [self = shared_from_this(), interim, next](error_code error, size_t) {
                              if (!error)
                                  next();
                          });
    }

    void respond(const HttpResponse& answer, bool close) {
        const bool head = m_request.method == "HEAD";
        m_close = close || head || m_request.header("connection").toLower() == "close";
        m_response = {};
        m_response.version(11);
        m_response.result(static_cast<unsigned>(answer.status));
        m_response.set(http::field::server, "apex-backend");
        m_response.set(http::field::cache_control, "no-store");
        m_response.set("X-Content-Type-Options", "nosniff");
        m_response.set("Referrer-Policy", "no-referrer");
        if (!answer.contentType.isEmpty())
            m_response.set(http::field::content_type, toView(answer.contentType));
        for (const auto& [name, value] : answer.headers)
            m_response.set(toView(name), toView(value));
        m_response.keep_alive(!m_close);
        if (!head)
            m_response.body() = answer.body.toStdString();
        m_response.prepare_payload();
        m_stream.expires_after(bodyTime);
        http::async_write(m_stream, m_response,
                          [self = shared_from_this()](error_code error, size_t) { self->onWritten(error); });
    }

    void onWritten(error_code error) {
        if (error)
            return;
        m_answered = true;
        if (!m_close)
            return readHead();
        // A client that is still sending must get to read the answer before its connection is reset.
        m_stream.socket().shutdown(boost::asio::socket_base::shutdown_send, error);
        m_chunk.resize(chunkBytes);
        drain(0);
    }

    void drain(size_t drained) {
        if (drained > mostLingerBytes)
            return;
        m_stream.expires_after(lingerTime); // of silence: whoever goes on sending is still listened to
        m_stream.async_read_some(boost::asio::buffer(m_chunk),
                                 [self = shared_from_this(), drained](error_code error, size_t count) {
                                     if (!error)
                                         self->drain(drained + count);
                                 });
    }

    beast::tcp_stream m_stream;
    ServerContext& m_context;
    beast::flat_buffer m_buffer;
    std::optional<http::request_parser<http::empty_body>> m_head;
    std::optional<http::request_parser<http::string_body>> m_body;
    std::optional<http::request_parser<http::buffer_body>> m_stored;
    http::response<http::string_body> m_response;
    HttpRequest m_request;
    std::optional<Upload> m_upload;
    std::vector<char> m_chunk;
    bool m_close = false;
    bool m_answered = false;
};

} // namespace

void startHttpSession(boost::asio::ip::tcp::socket socket, ServerContext& context) {
    std::make_shared<HttpSession>(std::move(socket), context)->readHead();
}

} // namespace apex::backend
