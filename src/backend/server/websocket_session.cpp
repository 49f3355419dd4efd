// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/server/sessions.h"

#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <deque>

namespace apex::backend {

namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using beast::error_code;
using std::chrono::seconds;

namespace {

constexpr size_t largestFrame = 16 * 1024 * 1024;
constexpr quint16 closeUnsupported = 1003;
// Beast pings at half of the idle time-out: every 20 s, with 20 s of grace (protocol.md 3.7).
constexpr seconds idleTime{40};
constexpr seconds handshakeTime{10};

class WebSocketSession : public ChatSocket, public std::enable_shared_from_this<WebSocketSession> {
public:
    WebSocketSession(beast::tcp_stream stream, http::request<http::empty_body> request,
                     SocketAdmission admission, ServerContext& context)
        : m_socket(std::move(stream)), m_request(std::move(request)), m_admission(std::move(admission)),
          m_context(context) {}

    void start() {
        m_socket.set_option(websocket::stream_base::timeout{handshakeTime, idleTime, true});
        m_socket.set_option(websocket::stream_base::decorator(
            [protocol = m_admission.subprotocol](websocket::response_type& answer) {
                answer.set(http::field::server, "apex-backend");
                if (!protocol.isEmpty())
                    answer.set(http::field::sec_websocket_protocol, protocol.toStdString());
            }));
        m_socket.read_message_max(largestFrame);
        m_socket.text(true);
        // A whole message is one frame: Qt's client takes a character torn apart by two for broken text.
        m_socket.auto_fragment(false);
        m_socket.async_accept(m_request,
                              [self = shared_from_this()](error_code error) { self->onAccepted(error); });
    }

    void send(const QByteArray& frame, bool keep) override {
        if (m_ended)
            return;
        m_queue.push_back({frame, keep});
        m_queuedBytes += frame.size();
        if (m_queuedBytes > m_context.state.options.maxQueuedBytesPerSocket)
            beast::get_lowest_layer(m_socket).cancel();
        else if (m_queue.size() == 1)
            writeNext();
    }

    void close(quint16 code, const QByteArray& reason) override {
        if (m_closing)
            return;
        m_closing.emplace(
            websocket::close_reason(static_cast<websocket::close_code>(code), reason.toStdString()));
        if (m_queue.empty())
            startClose();
    }

    void abort() override {
        beast::get_lowest_layer(m_socket).cancel();
        end();
    }

private:
    struct Queued {
        QByteArray frame;
        bool keep;
    };

    void onAccepted(error_code error) {
        if (error)
            return;
        m_request = {};
        m_peer = m_context.hub.opened(m_admission, shared_from_this());
        readNext();
    }

    void readNext() {
        m_socket.async_read(m_input,
                            [self = shared_from_this()](error_code error, size_t) { self->onRead(error); });
    }

    void onRead(error_code error) {
        if (error)
            return end();
        const auto data = m_input.data();
        const QByteArray text(static_cast<const char*>(data.data()), static_cast<qsizetype>(data.size()));
        m_input.consume(m_input.size());
        if (!m_socket.got_text())
            close(closeUnsupported, "only text frames are understood");
        else if (!m_closing && !m_ended)
            m_context.hub.received(m_peer, text);
        readNext();
    }

    void writeNext() {
        if (m_closeStarted)
            return;
        const QByteArray& frame = m_queue.front().frame;
        m_socket.async_write(
            boost::asio::buffer(frame.constData(), static_cast<size_t>(frame.size())),
            [self = shared_from_this()](error_code error, size_t) { self->onWritten(error); });
    }

    void onWritten(error_code error) {
        if (error)
            return end();
        if (m_ended)
            return;
        m_queuedBytes -= m_queue.front().frame.size();
        m_queue.pop_front();
        if (!m_queue.empty())
            writeNext();
        else if (m_closing)
            startClose();
    }

    void startClose() {
        m_closeStarted = true;
        m_socket.async_close(*m_closing, [self = shared_from_this()](error_code) { self->end(); });
    }

    void end() {
        if (m_ended)
            return;
        m_ended = true;
        std::vector<QByteArray> unwritten;
        for (const Queued& queued : m_queue) {
            if (queued.keep)
                unwritten.push_back(queued.frame);
        }
        if (m_peer)
            m_context.hub.closed(m_peer, unwritten);
        beast::get_lowest_layer(m_socket).cancel();
    }

    websocket::stream<beast::tcp_stream> m_socket;
    http::request<http::empty_body> m_request;
    SocketAdmission m_admission;
    ServerContext& m_context;
    std::shared_ptr<ChatPeer> m_peer;
    beast::flat_buffer m_input;
    std::deque<Queued> m_queue;
    qint64 m_queuedBytes = 0;
    std::optional<websocket::close_reason> m_closing;
    bool m_closeStarted = false;
    bool m_ended = false;
};

} // namespace

void startWebSocketSession(beast::tcp_stream stream, http::request<http::empty_body> request,
                           const SocketAdmission& admission, ServerContext& context) {
    std::make_shared<WebSocketSession>(std::move(stream), std::move(request), admission, context)->start();
}

} // namespace apex::backend
