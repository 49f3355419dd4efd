// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/server/server.h"

#include "backend/server/chat_service.h"
#include "backend/server/routes.h"
#include "backend/server/sessions.h"
#include "base/logging.h"
#include "base/random.h"

#include <QCoreApplication>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

namespace apex::backend {

namespace asio = boost::asio;
using namespace Qt::StringLiterals;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds runGrace{5000};
constexpr milliseconds socketGrace{2000};
constexpr milliseconds socketCheck{20};
constexpr milliseconds acceptPause{200};

struct ServerWords {
    Q_DECLARE_TR_FUNCTIONS(apex::backend::Server)
};

class AsioExecutor final : public IoExecutor {
public:
    explicit AsioExecutor(asio::io_context& io) : m_io(io) {}
    void post(std::function<void()> work) override { asio::post(m_io, std::move(work)); }
    void after(milliseconds delay, std::function<void()> work) override {
        auto timer = std::make_shared<asio::steady_timer>(m_io, delay);
        timer->async_wait([timer, work = std::move(work)](error_code error) {
            if (!error)
                work();
        });
    }

private:
    asio::io_context& m_io;
};

Expected<asio::ip::address> loopback(const QString& text) {
    if (text == "127.0.0.1"_L1)
        return asio::ip::address(asio::ip::address_v4::loopback());
    if (text == "::1"_L1)
        return asio::ip::address(asio::ip::address_v6::loopback());
    return fail(ErrorKind::Configuration,
                ServerWords::tr("The embedded backend listens on this computer only."),
                ServerWords::tr("Use 127.0.0.1 or ::1 as its address."), text);
}

Expected<Secret> signingKey(const Database& database) {
    const QString name = u"access_token_key"_s;
    auto key = database.setting(name);
    if (!key)
        return fail(key.error());
    if (key->isEmpty()) {
        *key = randomBytes(32);
        if (auto kept = database.setSetting(name, *key); !kept)
            return fail(kept.error());
    }
    return Secret(std::move(*key));
}

} // namespace

class Server::Impl {
public:
    explicit Impl(ServerOptions options)
        : m_options(std::move(options)), m_clock(m_options.clock ? *m_options.clock : m_systemClock),
          m_acceptor(m_io), m_signals(m_io), m_executor(m_io) {}

    ~Impl() {
        // Workers post to the io context, and sessions point into the state: end them in this order.
        m_chat.reset();
        error_code ignored;
        m_acceptor.close(ignored);
    }

    Expected<Announcement> start();
    void run();
    void requestStop() {
        asio::post(m_io, [this] { beginStop(); });
    }

private:
    [[nodiscard]] Expected<void> listen(const asio::ip::address& address, const Database& database);
    [[nodiscard]] error_code tryListen(const tcp::endpoint& endpoint);
    [[nodiscard]] Expected<void> build(std::unique_ptr<Database> database, const QString& baseUrl);
    void stopOnSignals();
    void accept();
    void beginStop();
    void closeSockets();
    void stopWhenClosed(milliseconds left);

    SystemClock m_systemClock;
    ServerOptions m_options;
    const Clock& m_clock;
    std::unique_ptr<DataFolder> m_folder;
    std::unique_ptr<BackendState> m_state;
    std::unique_ptr<Router> m_router;
    std::unique_ptr<RequestGuard> m_guard;
    std::unique_ptr<ChatHub> m_hub;
    std::unique_ptr<ServerContext> m_context;
    // Everything above must outlive the io context, whose pending handlers own the sessions.
    asio::io_context m_io{1};
    tcp::acceptor m_acceptor;
    asio::signal_set m_signals;
    AsioExecutor m_executor;
    std::unique_ptr<ChatService> m_chat;
    bool m_stopping = false;
    bool m_closing = false;
};

Expected<Announcement> Server::Impl::start() {
    const auto address = loopback(m_options.bindAddress);
    if (!address)
        return fail(address.error());
    auto folder = DataFolder::lock(m_options.dataDir);
    if (!folder)
        return fail(folder.error());
    auto database = Database::open(m_options.dataDir);
    if (!database)
        return fail(database.error());
    if (auto listening = listen(*address, **database); !listening)
        return fail(listening.error());
    const QString host = address->is_v6() ? u"[::1]"_s : u"127.0.0.1"_s;
    const QString base = u"http://%1:%2"_s.arg(host).arg(m_acceptor.local_endpoint().port());
    if (auto built = build(std::move(*database), base); !built)
        return fail(built.error());
    m_folder = std::move(*folder);
    const Announcement announcement{base, m_state->webSocketUrl, QString(base + u"/oauth/authorize"_s), base,
                                    QCoreApplication::applicationPid()};
    // Before anybody is told of this server, so that a signal never finds it unprepared.
    if (m_options.handleSignals)
        stopOnSignals();
    if (auto announced = m_folder->announce(announcement); !announced)
        return fail(announced.error());
    accept();
    return announcement;
}

error_code Server::Impl::tryListen(const tcp::endpoint& endpoint) {
    error_code error;
    if (m_acceptor.is_open())
        m_acceptor.close(error);
    m_acceptor.open(endpoint.protocol(), error);
#ifdef _WIN32
    // On Windows reuse_address would let two servers share a port.
    if (!error)
        m_acceptor.set_option(asio::detail::socket_option::boolean<SOL_SOCKET, SO_EXCLUSIVEADDRUSE>(true),
                              error);
#else
    if (!error)
        m_acceptor.set_option(asio::socket_base::reuse_address(true), error);
#endif
    if (!error)
        m_acceptor.bind(endpoint, error);
    if (!error)
        m_acceptor.listen(asio::socket_base::max_listen_connections, error);
    return error;
}

Expected<void> Server::Impl::listen(const asio::ip::address& address, const Database& database) {
    const QString name = u"last_port"_s;
    const auto last = database.setting(name);
    if (!last)
        return fail(last.error());
    // The port is part of the issuer: a client that knows this backend should find it where it was.
    const quint16 preferred = m_options.port != 0 ? m_options.port : static_cast<quint16>(last->toUInt());
    error_code error = tryListen({address, preferred});
    if (error && m_options.port == 0 && preferred != 0)
        error = tryListen({address, 0});
    if (error == asio::error::address_in_use)
        return fail(ErrorKind::Conflict,
                    ServerWords::tr("Port %1 is taken by another program.").arg(preferred),
                    ServerWords::tr("Choose another port, or 0 for any free one."));
    if (error)
        return fail(ErrorKind::Unavailable,
                    ServerWords::tr("The backend could not listen on port %1.").arg(preferred),
                    ServerWords::tr("Choose another port, or 0 for any free one."),
                    QString::fromStdString(error.message()));
    return database.setSetting(name, QByteArray::number(m_acceptor.local_endpoint().port()));
}

Expected<void> Server::Impl::build(std::unique_ptr<Database> database, const QString& baseUrl) {
    auto key = signingKey(*database);
    if (!key)
        return fail(key.error());
    m_state =
        std::make_unique<BackendState>(m_options, m_clock, std::move(database), std::move(*key), baseUrl);
    m_guard = std::make_unique<RequestGuard>(m_acceptor.local_endpoint().port());
    m_router = std::make_unique<Router>(m_state->tokens);
    for (const auto add :
         {addOAuthRoutes, addAuthRoutes, addStatusRoutes, addTicketRoutes, addThreadRoutes, addFileRoutes})
        add(*m_router, *m_state);
    m_hub = std::make_unique<ChatHub>(*m_state, m_executor);
    m_chat = std::make_unique<ChatService>(*m_state, *m_hub, m_executor);
    m_context = std::make_unique<ServerContext>(ServerContext{*m_state, *m_router, *m_guard, *m_hub});
    m_state->tokens.setGrantEnded([this](const QString& grant) { m_hub->closeGrant(grant); });
    if (auto removed = m_state->files.removeLeftovers(); !removed)
        return removed;
    if (auto removed = m_state->tokens.removeExpired(); !removed)
        return removed;
    return m_chat->reportInterruptedRuns();
}

void Server::Impl::accept() {
    m_acceptor.async_accept([this](error_code error, tcp::socket socket) {
        if (m_stopping)
            return;
        if (!error) {
            startHttpSession(std::move(socket), *m_context);
            accept();
            return;
        }
        // Usually out of file descriptors: trying again at once would only burn the processor.
        qCWarning(logBackend) << "A connection could not be accepted:"
                              << QString::fromStdString(error.message());
        m_executor.after(acceptPause, [this] { accept(); });
    });
}

void Server::Impl::stopOnSignals() {
    m_signals.add(SIGINT);
    m_signals.add(SIGTERM);
    m_signals.async_wait([this](error_code error, int) {
        if (!error)
            beginStop();
    });
}

void Server::Impl::run() {
    m_io.run();
    m_folder.reset();
}

void Server::Impl::beginStop() {
    if (m_stopping)
        return;
    m_stopping = true;
    error_code ignored;
    m_acceptor.close(ignored);
    m_executor.after(runGrace, [this] { closeSockets(); });
    m_chat->stopAllRuns([this] { closeSockets(); });
}

void Server::Impl::closeSockets() {
    if (m_closing)
        return;
    m_closing = true;
    m_hub->shutDown();
    stopWhenClosed(socketGrace);
}

void Server::Impl::stopWhenClosed(milliseconds left) {
    if (m_hub->isEmpty() || left <= milliseconds::zero()) {
        m_hub->abortAll();
        m_io.stop();
        return;
    }
    m_executor.after(socketCheck, [this, left] { stopWhenClosed(left - socketCheck); });
}

Server::Server(ServerOptions options) : m_impl(std::make_unique<Impl>(std::move(options))) {}

Server::~Server() = default;

Expected<Announcement> Server::start() {
    return m_impl->start();
}

void Server::run() {
    m_impl->run();
}

void Server::requestStop() {
    m_impl->requestStop();
}

} // namespace apex::backend
