// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/link.h"

#include "base/logging.h"
#include "base/random.h"
#include "connection/link_machine.h"
#include "connection/rest_client.h"
#include "connection/socket_request.h"
#include "environment/profile_network.h"
#include "environment/tls.h"
#include "environment/tls_failure.h"
#include "protocol/decoder.h"
#include "protocol/encoder.h"
#include "protocol/json_writer.h"

#include <QPointer>
#include <QTimer>
#include <QWebSocket>

#include <array>

namespace apex::connection {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 MaxUnsentBytes = 32 * 1024 * 1024;
constexpr int FarewellMs = 2'000;

protocol::Dialect dialectOf(const environment::Profile& profile) {
    return profile.protocol == u"ag-ui"_s ? protocol::Dialect::AgUi : protocol::Dialect::Platform;
}

} // namespace

/// Performs the machine's commands; decides nothing.
struct Link::Private {
    Link* q;
    environment::Profile profile;
    TokenSource tokens;
    const Clock& clock;
    LinkMachine machine;
    environment::ProfileNetwork network;
    RestClient rest;
    std::array<QTimer, LinkTimerCount> timers;
    std::array<quint64, LinkTimerCount> timerEpochs{};
    QPointer<QWebSocket> socket;
    QList<QSslError> tlsErrors; ///< of this attempt
    bool upgraded = false;
    bool closeFrameSeen = false;
    Secret credential; ///< between TokenReady and OpenSocket, and for a probe
    protocol::Decoder decoder;
    qint64 frames = 0;
    LinkState published;

    Private(Link* link, environment::Profile p, TokenSource t, const Clock& c, LinkTimings timings)
        : q(link), profile(std::move(p)), tokens(std::move(t)), clock(c),
          machine(profile.greeting, profile.handshakeSettle, profile.socketCredential, timings, randomBelow),
          network(profile), rest(profile, tokens, network), decoder({}, dialectOf(profile)) {}

    void take(const LinkInput& input, quint64 epoch);
    void take(const LinkInput& input) { take(input, machine.epoch()); }
    void perform(const command::AskToken&);
    void perform(const command::OpenSocket&);
    void perform(const command::AbortSocket&);
    void perform(const command::CloseSocket&);
    void perform(const command::SendPing&);
    void perform(const command::AcknowledgeHandshake& acknowledge);
    void perform(const command::Probe&);
    void perform(const command::StartTimer& start);
    void perform(const command::StopTimer& stop);
    void perform(const command::ReportCredential& report);
    void perform(const command::Record& record);

    void gotCredential(quint64 epoch, Expected<Secret> secret);
    void watch(QWebSocket& opened, quint64 epoch);
    void failed(quint64 epoch, QAbstractSocket::SocketError code);
    void ended(quint64 epoch);
    void received(const QByteArray& bytes, quint64 epoch);
    void answer(const protocol::Event& event);
    void greet(const protocol::Event& event, quint64 epoch);
    void write(const QByteArray& bytes);
    [[nodiscard]] protocol::Receipt receipt() const { return {frames, clock.wallNow(), clock.monoNow()}; }
};

void Link::Private::take(const LinkInput& input, quint64 epoch) {
    const LinkCommands commands = machine.take(input, epoch, {clock.wallNow(), clock.monoNow()});
    const quint64 current = machine.epoch();
    const QPointer<Link> alive(q);
    for (const LinkCommand& command : commands) {
        std::visit([this](const auto& wanted) { perform(wanted); }, command);
        // A listener may have closed the link or destroyed it; the rest belongs to an attempt that is over.
        if (!alive)
            return;
        if (current != machine.epoch())
            break;
    }
    const LinkState& now = machine.state();
    const bool same = now.phase == published.phase && now.attempt == published.attempt &&
                      now.roundTrip == published.roundTrip && now.retryAt == published.retryAt &&
                      now.error.happened == published.error.happened &&
                      now.connection == published.connection;
    if (same)
        return;
    published = now;
    Q_EMIT q->stateChanged(published);
}

void Link::Private::perform(const command::AskToken&) {
    const quint64 epoch = machine.epoch();
    if (profile.socketCredential == environment::SocketCredential::Ticket)
        rest.socketTicket(
            q, [this, epoch](Expected<Secret> ticket) { gotCredential(epoch, std::move(ticket)); });
    else
        tokens(q, [this, epoch](Expected<Secret> token) { gotCredential(epoch, std::move(token)); });
}

void Link::Private::gotCredential(quint64 epoch, Expected<Secret> secret) {
    if (epoch != machine.epoch())
        return;
    if (!secret) {
        take(input::TokenFailed{secret.error()}, epoch);
        return;
    }
    credential = std::move(*secret);
    take(input::TokenReady{}, epoch);
}

void Link::Private::perform(const command::OpenSocket&) {
    perform(command::AbortSocket{});
    auto* opened = new QWebSocket(QString(), QWebSocketProtocol::VersionLatest, q);
    const auto limit = static_cast<quint64>(maxIncomingBytes(profile));
    opened->setMaxAllowedIncomingFrameSize(limit);
    opened->setMaxAllowedIncomingMessageSize(limit);
    opened->setProxy(environment::proxyFor(profile, profile.socketUrl));
    if (profile.socketUrl.scheme() == u"wss"_s) {
        const auto tls = environment::tlsConfiguration(profile);
        if (!tls) {
            const quint64 epoch = machine.epoch();
            delete opened;
            QMetaObject::invokeMethod(
                q,
                [this, epoch, error = tls.error()] {
                    take(input::UpgradeFailed{error, 0, true}, epoch);
                },
                Qt::QueuedConnection);
            return;
        }
        opened->setSslConfiguration(*tls);
    }
    socket = opened;
    upgraded = false;
    closeFrameSeen = false;
    tlsErrors.clear();
    decoder = protocol::Decoder({.maxFrameBytes = maxIncomingBytes(profile)}, dialectOf(profile));
    watch(*opened, machine.epoch());
    const SocketRequest request = socketRequest(profile, credential);
    opened->open(request.request, request.options);
}

void Link::Private::watch(QWebSocket& opened, quint64 epoch) {
    connect(&opened, &QWebSocket::connected, q, [this, epoch] {
        upgraded = true;
        take(input::Upgraded{}, epoch);
    });
    connect(&opened, &QWebSocket::sslErrors, q,
            [this](const QList<QSslError>& errors) { tlsErrors = errors; });
    connect(&opened, &QWebSocket::aboutToClose, q, [this] { closeFrameSeen = true; });
    connect(&opened, &QWebSocket::textMessageReceived, q,
            [this, epoch](const QString& text) { received(text.toUtf8(), epoch); });
    connect(&opened, &QWebSocket::binaryMessageReceived, q,
            [this, epoch](const QByteArray& bytes) { received(bytes, epoch); });
    connect(&opened, &QWebSocket::pong, q, [this, epoch](quint64 elapsed, const QByteArray&) {
        take(input::PongSeen{std::chrono::milliseconds(static_cast<qint64>(elapsed))}, epoch);
    });
    // Queued, so that the socket may be dropped from inside.
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    const auto errorSignal = &QWebSocket::errorOccurred;
#else
    const auto errorSignal = qOverload<QAbstractSocket::SocketError>(&QWebSocket::error);
#endif
    connect(
        &opened, errorSignal, q, [this, epoch](QAbstractSocket::SocketError code) { failed(epoch, code); },
        Qt::QueuedConnection);
    connect(
        &opened, &QWebSocket::disconnected, q, [this, epoch] { ended(epoch); }, Qt::QueuedConnection);
}

void Link::Private::failed(quint64 epoch, QAbstractSocket::SocketError code) {
    if (epoch != machine.epoch() || !socket)
        return;
    if (upgraded) {
        if (socket->state() == QAbstractSocket::UnconnectedState)
            ended(epoch);
        return;
    }
    bool isFinal = false;
    const QString text = socket->errorString();
    Error error = upgradeError(code, text, profile.socketUrl, isFinal);
    if (error.kind == ErrorKind::Tls)
        error = environment::describeTlsFailure(profile.socketUrl.host(), tlsErrors,
                                                socket->sslConfiguration().peerCertificateChain(), text)
                    .toError();
    take(input::UpgradeFailed{error, statusHint(text), isFinal}, epoch);
}

void Link::Private::ended(quint64 epoch) {
    if (epoch != machine.epoch() || !socket)
        return;
    if (!upgraded) {
        failed(epoch, socket->error());
        return;
    }
    const int code = closeFrameSeen ? static_cast<int>(socket->closeCode()) : 1006;
    take(input::SocketClosed{code, closeFrameSeen ? socket->closeReason() : QString()}, epoch);
}

void Link::Private::received(const QByteArray& bytes, quint64 epoch) {
    if (epoch != machine.epoch())
        return;
    const QPointer<Link> alive(q);
    const protocol::Receipt when = receipt();
    ++frames;
    Q_EMIT q->frame({protocol::withoutTokens(bytes), when, false});
    if (!alive || epoch != machine.epoch())
        return;
    take(input::FrameSeen{}, epoch);
    const protocol::DecodedFrame decoded = decoder.decode(bytes);
    if (decoded.undecodable)
        Q_EMIT q->undecodable(decoded.reason, when);
    for (const protocol::Event& event : decoded.events) {
        if (!alive || epoch != machine.epoch())
            return;
        if (!decoded.undecodable)
            Q_EMIT q->event(event, when);
        if (!alive || epoch != machine.epoch())
            return;
        answer(event);
        greet(event, epoch);
    }
}

void Link::Private::answer(const protocol::Event& event) {
    if (const auto* ping = std::get_if<protocol::Ping>(&event.body))
        write(protocol::encode(protocol::Pong{ping->timestamp, clock.wallNow()}));
    else if (std::holds_alternative<protocol::Heartbeat>(event.body))
        write(protocol::encode(protocol::HeartbeatAck{clock.wallNow()}));
}

void Link::Private::greet(const protocol::Event& event, quint64 epoch) {
    if (const auto* established = std::get_if<protocol::ConnectionEstablished>(&event.body))
        take(input::GreetedEstablished{established->connection}, epoch);
    else if (const auto* response = std::get_if<protocol::HandshakeResponse>(&event.body))
        take(input::GreetedHandshake{response->thread}, epoch);
    else if (std::holds_alternative<protocol::HandshakeComplete>(event.body))
        take(input::GreetedComplete{}, epoch);
    else if (const auto* error = std::get_if<protocol::ServerError>(&event.body);
             error && error->authentication)
        take(input::AuthenticationComplaint{}, epoch);
}

void Link::Private::write(const QByteArray& bytes) {
    if (!socket)
        return;
    const QPointer<Link> alive(q);
    socket->sendTextMessage(QString::fromUtf8(bytes));
    const protocol::Receipt when = receipt();
    ++frames;
    Q_EMIT q->frame({protocol::withoutTokens(bytes), when, true});
}

void Link::Private::perform(const command::AbortSocket&) {
    if (!socket)
        return;
    QWebSocket* dropped = socket;
    socket.clear();
    dropped->disconnect(q);
    dropped->abort();
    dropped->deleteLater();
}

void Link::Private::perform(const command::CloseSocket&) {
    if (!socket)
        return;
    QWebSocket* leaving = socket;
    socket.clear();
    leaving->disconnect(q);
    if (leaving->state() != QAbstractSocket::ConnectedState) {
        leaving->abort();
        leaving->deleteLater();
        return;
    }
    connect(leaving, &QWebSocket::disconnected, leaving, &QObject::deleteLater);
    QTimer::singleShot(FarewellMs, leaving, [leaving] {
        leaving->abort();
        leaving->deleteLater();
    });
    leaving->close();
    leaving->flush();
}

void Link::Private::perform(const command::SendPing&) {
    if (socket)
        socket->ping();
}

void Link::Private::perform(const command::AcknowledgeHandshake& acknowledge) {
    write(protocol::encode(protocol::HandshakeAcknowledged{acknowledge.thread, clock.wallNow()}));
}

void Link::Private::perform(const command::Probe&) {
    const quint64 epoch = machine.epoch();
    const auto ask = [this, epoch](Expected<Secret> token) {
        if (epoch != machine.epoch())
            return;
        rest.probe(token ? std::move(*token) : Secret(), q,
                   [this, epoch](const ProbeAnswer& answer) { take(input::Probed{answer}, epoch); });
    };
    // A ticket says nothing to the REST routes; they want the access token.
    if (profile.socketCredential == environment::SocketCredential::Ticket)
        tokens(q, ask);
    else
        ask(credential.clone());
}

void Link::Private::perform(const command::StartTimer& start) {
    const auto index = static_cast<size_t>(start.timer);
    timerEpochs[index] = machine.epoch();
    timers[index].setTimerType(start.after >= std::chrono::seconds(5) ? Qt::VeryCoarseTimer
                                                                      : Qt::CoarseTimer);
    timers[index].start(start.after);
}

void Link::Private::perform(const command::StopTimer& stop) {
    timers[static_cast<size_t>(stop.timer)].stop();
}

void Link::Private::perform(const command::ReportCredential& report) {
    Q_EMIT q->credentialRefused(report.error);
}

void Link::Private::perform(const command::Record& record) {
    protocol::JsonWriter facts;
    facts.beginObject().key("attempt"_L1).number(qint64{machine.state().attempt});
    facts.key("host"_L1).string(profile.socketUrl.host());
    if (!record.error.happened.isEmpty()) {
        facts.key("error"_L1).string(errorKindName(record.error.kind));
        facts.key("happened"_L1).string(record.error.happened).key("details"_L1).string(record.error.details);
    }
    facts.endObject();
    qCDebug(logConnection) << "link" << record.name << record.error.details;
    Q_EMIT q->linkEvent(record.name, facts.bytes(), receipt());
}

Link::Link(environment::Profile profile, TokenSource tokens, const Clock& clock, QObject* parent,
           LinkTimings timings)
    : QObject(parent),
      m_private(std::make_unique<Private>(this, std::move(profile), std::move(tokens), clock, timings)) {
    for (size_t i = 0; i < m_private->timers.size(); ++i) {
        QTimer& timer = m_private->timers[i];
        timer.setSingleShot(true);
        connect(&timer, &QTimer::timeout, this, [this, i] {
            m_private->take(input::TimerFired{static_cast<LinkTimer>(i)}, m_private->timerEpochs[i]);
        });
    }
    m_private->rest.onTokenRefused([this] {
        Q_EMIT credentialRefused(makeError(ErrorKind::Authentication,
                                           tr("The server did not accept this sign-in."), {}, u"ticket"_s));
    });
}

Link::~Link() {
    m_private->perform(command::AbortSocket{});
}

void Link::open() {
    m_private->take(input::Open{});
}
void Link::close() {
    m_private->take(input::Close{});
}
void Link::moveTo(const environment::Profile& profile) {
    m_private->profile = profile;
    m_private->network.use(profile);
    m_private->rest.moveTo(profile);
}
void Link::retryNow() {
    m_private->take(input::RetryNow{});
}
const LinkState& Link::state() const {
    return m_private->machine.state();
}

Expected<void> Link::send(const QByteArray& frame) {
    if (state().phase != LinkPhase::Ready || !m_private->socket)
        return fail(ErrorKind::Unavailable, tr("There is no connection to the server."),
                    tr("Wait or retry the connection."));
    if (frame.size() > m_private->profile.maxFrameBytes)
        return fail(ErrorKind::TooLarge,
                    tr("This message is larger than the server takes (%1 MB, limit %2 MB).")
                        .arg(static_cast<double>(frame.size()) / 1e6, 0, 'f', 1)
                        .arg(static_cast<double>(m_private->profile.maxFrameBytes) / 1e6, 0, 'f', 1),
                    tr("Shorten it or attach less."));
    if (m_private->socket->bytesToWrite() > MaxUnsentBytes)
        return fail(ErrorKind::Unavailable, tr("Too much is waiting to be sent already."),
                    tr("Wait until it has left."));
    m_private->write(frame);
    return {};
}

} // namespace apex::connection
