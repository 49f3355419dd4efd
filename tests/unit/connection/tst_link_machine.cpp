// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/random.h"
#include "connection/close_codes.h"
#include "connection/link_machine.h"
#include "connection/socket_request.h"

#include <QtTest>

using namespace apex;
using namespace apex::connection;
using namespace std::chrono_literals;
using environment::Greeting;

namespace {

/// Drives a machine with a stepped clock and remembers its commands.
class Bench {
public:
    explicit Bench(Greeting greeting = Greeting::Established, LinkTimings timings = {})
        : machine(greeting, 500ms, environment::SocketCredential::Header, timings,
                  [](std::uint32_t bound) { return bound - 1; }) {}

    const LinkCommands& take(const LinkInput& input) { return take(input, machine.epoch()); }
    const LinkCommands& take(const LinkInput& input, quint64 epoch) {
        commands = machine.take(input, epoch, now);
        return commands;
    }
    void pass(std::chrono::milliseconds time) {
        now.wall += time;
        now.mono += time;
    }
    void upgrade() {
        take(input::Open{});
        take(input::TokenReady{});
        take(input::Upgraded{});
    }
    void becomeReady() {
        upgrade();
        take(input::GreetedEstablished{ConnectionId(QStringLiteral("c1"))});
    }
    template <class Command>
    [[nodiscard]] const Command* last() const {
        const Command* found = nullptr;
        for (const LinkCommand& command : commands) {
            if (const auto* match = std::get_if<Command>(&command))
                found = match;
        }
        return found;
    }
    [[nodiscard]] std::optional<std::chrono::milliseconds> started(LinkTimer timer) const {
        std::optional<std::chrono::milliseconds> after;
        for (const LinkCommand& command : commands) {
            if (const auto* start = std::get_if<command::StartTimer>(&command);
                start && start->timer == timer)
                after = start->after;
        }
        return after;
    }
    [[nodiscard]] LinkPhase phase() const { return machine.state().phase; }

    LinkMachine machine;
    LinkCommands commands;
    Now now{WallTime(std::chrono::hours(480'000)), MonoTime(std::chrono::hours(1))};
};

/// Does what a fired timer of the shell would.
void fire(Bench& bench, LinkTimer timer) {
    bench.take(input::TimerFired{timer});
}

} // namespace

class TstLinkMachine : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void greetings_data();
    void greetings();
    void closeCodes_data();
    void closeCodes();
    void everyCloseCodeSpeaksWords();
    void probes_data();
    void probes();
    void waitsLongerEachTimeUpToTheCap();
    void forgivesOnlyAfterAStableTime();
    void refusesAfterThreeAuthenticationFailures();
    void retriedAfterRefusalStartsAnew();
    void pingsAfterSilenceAndAbortsWithoutAnswer();
    void anyFrameIsASignOfLife();
    void idleLinkWakesOnceAPeriod();
    void wakeFromSleepReconnects_data();
    void wakeFromSleepReconnects();
    void lateSignalsOfAnOlderAttemptAreIgnored();
    void closeStopsEverything();
    void complaintMakes1011AnAuthenticationFailure();
    void shuffledInputsKeepOneSocket();
    void statusHints_data();
    void statusHints();
};

void TstLinkMachine::greetings_data() {
    QTest::addColumn<int>("greeting");
    QTest::addColumn<QString>("script"); // e: established, h: handshake_response, c: complete, then timers
    QTest::addColumn<int>("phase");
    QTest::addColumn<bool>("warned");
    const auto row = [](const char* name, Greeting greeting, const char* script, LinkPhase phase,
                        bool warned) {
        QTest::newRow(name) << static_cast<int>(greeting) << QString::fromLatin1(script)
                            << static_cast<int>(phase) << warned;
    };
    // A: AutoWait, C: HandshakeComplete, S: Settle, G: Greeting deadline
    row("established", Greeting::Established, "e", LinkPhase::Ready, false);
    row("established: mute", Greeting::Established, "G", LinkPhase::Waiting, false);
    row("established: handshake does not count", Greeting::Established, "hcS", LinkPhase::Greeting, false);
    row("handshake: all", Greeting::Handshake, "hcSe", LinkPhase::Ready, false);
    row("handshake: established first", Greeting::Handshake, "ehcS", LinkPhase::Ready, false);
    row("handshake: only established", Greeting::Handshake, "e", LinkPhase::Greeting, false);
    row("handshake: only established, time over", Greeting::Handshake, "eG", LinkPhase::Ready, true);
    row("handshake: not settled", Greeting::Handshake, "ehc", LinkPhase::Greeting, false);
    row("handshake: no complete", Greeting::Handshake, "ehCS", LinkPhase::Ready, true);
    row("handshake: no established", Greeting::Handshake, "hcS", LinkPhase::Greeting, false);
    row("handshake: no established, time over", Greeting::Handshake, "hcSG", LinkPhase::Ready, true);
    row("handshake: mute", Greeting::Handshake, "G", LinkPhase::Waiting, false);
    row("auto: September", Greeting::Auto, "eA", LinkPhase::Ready, false);
    row("auto: waits two seconds", Greeting::Auto, "e", LinkPhase::Greeting, false);
    row("auto: October", Greeting::Auto, "hcSe", LinkPhase::Ready, false);
    row("auto: October, established first", Greeting::Auto, "ehcS", LinkPhase::Ready, false);
    row("auto: mute", Greeting::Auto, "G", LinkPhase::Waiting, false);
    row("complete without response is nothing", Greeting::Handshake, "ec", LinkPhase::Greeting, false);
}

void TstLinkMachine::greetings() {
    QFETCH(int, greeting);
    QFETCH(QString, script);
    QFETCH(int, phase);
    QFETCH(bool, warned);
    Bench bench(static_cast<Greeting>(greeting));
    bench.upgrade();
    int acknowledged = 0;
    for (const QChar step : script) {
        switch (step.toLatin1()) {
        case 'e':
            bench.take(input::GreetedEstablished{});
            break;
        case 'h':
            bench.take(input::GreetedHandshake{ThreadId(QStringLiteral("t"))});
            break;
        case 'c':
            bench.take(input::GreetedComplete{});
            break;
        case 'A':
            fire(bench, LinkTimer::AutoWait);
            break;
        case 'C':
            fire(bench, LinkTimer::HandshakeComplete);
            break;
        case 'S':
            fire(bench, LinkTimer::Settle);
            break;
        case 'G':
            fire(bench, LinkTimer::Greeting);
            break;
        default:
            QFAIL("unknown step");
        }
        acknowledged += bench.last<command::AcknowledgeHandshake>() ? 1 : 0;
    }
    QCOMPARE(static_cast<int>(bench.phase()), phase);
    QCOMPARE(acknowledged, script.contains(u'h') ? 1 : 0);
    if (bench.phase() == LinkPhase::Ready)
        QCOMPARE(!bench.machine.state().error.happened.isEmpty(), warned);
}

void TstLinkMachine::closeCodes_data() {
    QTest::addColumn<int>("code");
    QTest::addColumn<int>("phase");
    QTest::addColumn<bool>("credential");
    QTest::addColumn<int>("kind");
    const auto row = [](int code, LinkPhase phase, bool credential, ErrorKind kind) {
        QTest::addRow("%d", code) << code << static_cast<int>(phase) << credential << static_cast<int>(kind);
    };
    row(1000, LinkPhase::Waiting, false, ErrorKind::Network);
    row(1001, LinkPhase::Waiting, false, ErrorKind::Unavailable);
    row(1002, LinkPhase::Waiting, false, ErrorKind::Protocol);
    row(1003, LinkPhase::Refused, false, ErrorKind::Configuration);
    row(1006, LinkPhase::Waiting, false, ErrorKind::Network);
    row(1007, LinkPhase::Waiting, false, ErrorKind::Protocol);
    row(1008, LinkPhase::Waiting, true, ErrorKind::Authentication);
    row(1009, LinkPhase::Waiting, false, ErrorKind::TooLarge);
    row(1011, LinkPhase::Waiting, false, ErrorKind::Unavailable);
    row(1012, LinkPhase::Waiting, false, ErrorKind::Unavailable);
    row(1013, LinkPhase::Waiting, false, ErrorKind::Unavailable);
    row(1014, LinkPhase::Waiting, false, ErrorKind::Unavailable);
    row(1015, LinkPhase::Waiting, false, ErrorKind::Tls);
    row(3000, LinkPhase::Waiting, false, ErrorKind::Network);
    row(4401, LinkPhase::Waiting, true, ErrorKind::Authentication);
    row(4403, LinkPhase::Refused, false, ErrorKind::Denied);
    row(4410, LinkPhase::Waiting, true, ErrorKind::Authentication);
    row(4429, LinkPhase::Waiting, false, ErrorKind::Unavailable);
}

void TstLinkMachine::closeCodes() {
    QFETCH(int, code);
    QFETCH(int, phase);
    QFETCH(bool, credential);
    QFETCH(int, kind);
    Bench bench;
    bench.becomeReady();
    bench.take(input::SocketClosed{code, QStringLiteral("because")});
    QCOMPARE(static_cast<int>(bench.phase()), phase);
    QCOMPARE(bench.last<command::ReportCredential>() != nullptr, credential);
    QCOMPARE(static_cast<int>(bench.machine.state().error.kind), kind);
    QVERIFY(bench.machine.state().error.details.contains(QStringLiteral("because")));
    QCOMPARE(bench.started(LinkTimer::Retry).has_value(), bench.phase() == LinkPhase::Waiting);
}

void TstLinkMachine::everyCloseCodeSpeaksWords() {
    for (int code = 1000; code < 5000; ++code) {
        const QString sentence = closeSentence(code);
        QVERIFY(sentence.endsWith(u'.'));
        QVERIFY2(!sentence.contains(QString::number(code)), "a sentence for people holds no code");
    }
    for (size_t i = 1; i < closeMeanings().size(); ++i)
        QVERIFY(closeMeanings()[i - 1].code < closeMeanings()[i].code);
}

void TstLinkMachine::probes_data() {
    using Verdict = ProbeAnswer::Verdict;
    QTest::addColumn<int>("verdict");
    QTest::addColumn<int>("hint");
    QTest::addColumn<int>("phase");
    QTest::addColumn<bool>("credential");
    const auto row = [](const char* name, Verdict verdict, int hint, LinkPhase phase, bool credential) {
        QTest::newRow(name) << static_cast<int>(verdict) << hint << static_cast<int>(phase) << credential;
    };
    row("401", Verdict::Unauthorized, 401, LinkPhase::Waiting, true);
    row("403", Verdict::Forbidden, 403, LinkPhase::Refused, false);
    row("503", Verdict::Busy, 503, LinkPhase::Waiting, false);
    row("unreachable", Verdict::Unreachable, 0, LinkPhase::Waiting, false);
    row("401 at the socket only", Verdict::Accepted, 401, LinkPhase::Waiting, true);
    row("403 at the socket only", Verdict::Accepted, 403, LinkPhase::Refused, false);
    row("404 at the socket only", Verdict::Accepted, 404, LinkPhase::Waiting, false);
    row("upgrade blocked", Verdict::Accepted, 0, LinkPhase::Waiting, false);
}

void TstLinkMachine::probes() {
    QFETCH(int, verdict);
    QFETCH(int, hint);
    QFETCH(int, phase);
    QFETCH(bool, credential);
    Bench bench;
    bench.take(input::Open{});
    bench.take(input::TokenReady{});
    bench.take(
        input::UpgradeFailed{makeError(ErrorKind::Network, QStringLiteral("no upgrade.")), hint, false});
    QVERIFY(bench.last<command::Probe>());
    QCOMPARE(bench.phase(), LinkPhase::Opening);
    const Error said = makeError(ErrorKind::Unavailable, QStringLiteral("said."));
    bench.take(input::Probed{{static_cast<ProbeAnswer::Verdict>(verdict), 120s, said}});
    QCOMPARE(static_cast<int>(bench.phase()), phase);
    QCOMPARE(bench.last<command::ReportCredential>() != nullptr, credential);
    QVERIFY(!bench.machine.state().error.happened.isEmpty());
    if (static_cast<ProbeAnswer::Verdict>(verdict) == ProbeAnswer::Verdict::Busy)
        QCOMPARE(*bench.started(LinkTimer::Retry), 120'000ms);
    if (static_cast<ProbeAnswer::Verdict>(verdict) == ProbeAnswer::Verdict::Accepted)
        QVERIFY(bench.machine.state().error.details.contains(QStringLiteral("Authorization header")));
}

void TstLinkMachine::waitsLongerEachTimeUpToTheCap() {
    Bench bench;
    bench.take(input::Open{});
    std::vector<qint64> waits;
    for (int i = 0; i < 9; ++i) {
        bench.take(input::TokenFailed{makeError(ErrorKind::Network, QStringLiteral("no."))});
        QCOMPARE(bench.machine.state().retryAt,
                 std::optional(bench.now.wall + *bench.started(LinkTimer::Retry)));
        waits.push_back(bench.started(LinkTimer::Retry)->count());
        fire(bench, LinkTimer::Retry);
        QVERIFY(bench.last<command::AskToken>());
    }
    const std::vector<qint64> expected{1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000};
    QCOMPARE(waits, expected);
    QCOMPARE(bench.machine.state().attempt, 10);
}

void TstLinkMachine::forgivesOnlyAfterAStableTime() {
    Bench bench;
    const auto waitAfterReady = [&](std::chrono::milliseconds ready) {
        bench.take(input::TokenReady{});
        bench.take(input::Upgraded{});
        bench.take(input::GreetedEstablished{});
        bench.pass(ready);
        bench.take(input::SocketClosed{1006, {}});
        const auto wait = *bench.started(LinkTimer::Retry);
        fire(bench, LinkTimer::Retry);
        return wait;
    };
    bench.take(input::Open{});
    QCOMPARE(waitAfterReady(1s), 1000ms);
    QCOMPARE(waitAfterReady(29s), 2000ms);
    QCOMPARE(waitAfterReady(1s), 4000ms);
    QCOMPARE(waitAfterReady(30s), 1000ms);
}

void TstLinkMachine::refusesAfterThreeAuthenticationFailures() {
    Bench bench;
    bench.take(input::Open{});
    for (int i = 1; i <= 3; ++i) {
        bench.take(input::TokenReady{});
        bench.take(input::Upgraded{});
        bench.take(input::SocketClosed{1008, QStringLiteral("Authentication failed")});
        QVERIFY(bench.last<command::ReportCredential>());
        QCOMPARE(bench.phase(), i < 3 ? LinkPhase::Waiting : LinkPhase::Refused);
        if (i < 3)
            fire(bench, LinkTimer::Retry);
    }
    QVERIFY(!bench.started(LinkTimer::Retry));
}

void TstLinkMachine::retriedAfterRefusalStartsAnew() {
    Bench bench;
    bench.becomeReady();
    bench.take(input::SocketClosed{4403, {}});
    QCOMPARE(bench.phase(), LinkPhase::Refused);
    bench.take(input::RetryNow{});
    QCOMPARE(bench.phase(), LinkPhase::GettingToken);
    QCOMPARE(bench.machine.state().attempt, 1);
}

void TstLinkMachine::pingsAfterSilenceAndAbortsWithoutAnswer() {
    Bench bench;
    bench.becomeReady();
    QCOMPARE(*bench.started(LinkTimer::Heartbeat), 20'000ms);
    bench.pass(20s);
    fire(bench, LinkTimer::Heartbeat);
    QVERIFY(bench.last<command::SendPing>());
    QCOMPARE(*bench.started(LinkTimer::Pong), 10'000ms);
    bench.pass(10s);
    fire(bench, LinkTimer::Pong);
    QVERIFY(bench.last<command::AbortSocket>());
    QCOMPARE(bench.phase(), LinkPhase::Waiting);
}

void TstLinkMachine::anyFrameIsASignOfLife() {
    Bench bench;
    bench.becomeReady();
    bench.pass(20s);
    fire(bench, LinkTimer::Heartbeat);
    bench.pass(1s);
    bench.take(input::FrameSeen{});
    QCOMPARE(bench.last<command::StopTimer>()->timer, LinkTimer::Pong);
    bench.take(input::PongSeen{42ms});
    QCOMPARE(bench.machine.state().roundTrip, std::optional(42ms));
}

void TstLinkMachine::idleLinkWakesOnceAPeriod() {
    Bench bench;
    bench.becomeReady();
    int wakeUps = 0;
    int pings = 0;
    for (int i = 0; i < 30; ++i) {
        bench.pass(*bench.started(LinkTimer::Heartbeat));
        fire(bench, LinkTimer::Heartbeat);
        ++wakeUps;
        if (bench.last<command::SendPing>()) {
            ++pings;
            const LinkCommands sent = bench.commands;
            bench.pass(40ms);
            bench.take(input::PongSeen{40ms});
            bench.now.wall -= 40ms;
            bench.now.mono -= 40ms;
            bench.commands = sent;
        }
    }
    QCOMPARE(pings, wakeUps);
}

void TstLinkMachine::wakeFromSleepReconnects_data() {
    QTest::addColumn<int>("wall");
    QTest::addColumn<int>("mono");
    QTest::addColumn<bool>("woke");
    QTest::newRow("no sleep") << 20 << 20 << false;
    QTest::newRow("a late timer") << 30 << 30 << false;
    QTest::newRow("the monotonic clock stood still") << 3600 << 20 << true;
    QTest::newRow("the monotonic clock ran on") << 3600 << 3600 << true;
    QTest::newRow("the wall clock was set back") << -3600 << 20 << false;
}

void TstLinkMachine::wakeFromSleepReconnects() {
    QFETCH(int, wall);
    QFETCH(int, mono);
    QFETCH(bool, woke);
    Bench bench;
    bench.becomeReady();
    bench.now.wall += std::chrono::seconds(wall);
    bench.now.mono += std::chrono::seconds(mono);
    fire(bench, LinkTimer::Heartbeat);
    QCOMPARE(bench.last<command::AbortSocket>() != nullptr, woke);
    QCOMPARE(bench.phase(), woke ? LinkPhase::GettingToken : LinkPhase::Ready);
}

void TstLinkMachine::lateSignalsOfAnOlderAttemptAreIgnored() {
    Bench bench;
    bench.becomeReady();
    const quint64 old = bench.machine.epoch();
    bench.take(input::SocketClosed{1006, {}});
    fire(bench, LinkTimer::Retry);
    for (const LinkInput& late :
         {LinkInput(input::TokenReady{}), LinkInput(input::SocketClosed{1008, {}}),
          LinkInput(input::GreetedEstablished{}), LinkInput(input::TimerFired{LinkTimer::Connect})}) {
        QVERIFY(bench.take(late, old).empty());
        QCOMPARE(bench.phase(), LinkPhase::GettingToken);
    }
}

void TstLinkMachine::closeStopsEverything() {
    Bench bench;
    bench.becomeReady();
    bench.take(input::Close{});
    QVERIFY(bench.last<command::CloseSocket>());
    QCOMPARE(bench.phase(), LinkPhase::Closed);
    QVERIFY(std::none_of(bench.commands.begin(), bench.commands.end(), [](const LinkCommand& command) {
        return std::holds_alternative<command::StartTimer>(command);
    }));
    fire(bench, LinkTimer::Retry);
    QCOMPARE(bench.phase(), LinkPhase::Closed);
    bench.take(input::Open{});
    QCOMPARE(bench.phase(), LinkPhase::GettingToken);
}

void TstLinkMachine::complaintMakes1011AnAuthenticationFailure() {
    Bench bench;
    bench.upgrade();
    bench.take(input::AuthenticationComplaint{});
    bench.take(input::SocketClosed{1011, {}});
    QVERIFY(bench.last<command::ReportCredential>());
    // Without a complaint only the third in a row makes us doubt the token.
    Bench plain;
    plain.take(input::Open{});
    for (int i = 1; i <= 3; ++i) {
        plain.take(input::TokenReady{});
        plain.take(input::Upgraded{});
        plain.take(input::SocketClosed{1011, {}});
        QCOMPARE(plain.last<command::ReportCredential>() != nullptr, i == 3);
        fire(plain, LinkTimer::Retry);
    }
}

void TstLinkMachine::shuffledInputsKeepOneSocket() {
    const std::vector<LinkInput> all{
        input::Open{},
        input::Close{},
        input::RetryNow{},
        input::TokenReady{},
        input::TokenFailed{makeError(ErrorKind::Network, QStringLiteral("x."))},
        input::Upgraded{},
        input::UpgradeFailed{makeError(ErrorKind::Network, QStringLiteral("x.")), 0, false},
        input::UpgradeFailed{makeError(ErrorKind::Tls, QStringLiteral("x.")), 0, true},
        input::Probed{},
        input::SocketClosed{1006, {}},
        input::SocketClosed{1008, {}},
        input::FrameSeen{},
        input::PongSeen{1ms},
        input::GreetedEstablished{},
        input::GreetedHandshake{},
        input::GreetedComplete{},
        input::AuthenticationComplaint{},
        input::TimerFired{LinkTimer::Connect},
        input::TimerFired{LinkTimer::Greeting},
        input::TimerFired{LinkTimer::Settle},
        input::TimerFired{LinkTimer::Retry},
        input::TimerFired{LinkTimer::Heartbeat}};
    for (int round = 0; round < 200; ++round) {
        Bench bench(static_cast<Greeting>(round % 3));
        int sockets = 0;
        for (int step = 0; step < 100; ++step) {
            bench.pass(std::chrono::milliseconds(randomBelow(25'000)));
            // A fired timer or a signal only comes where the shell could have caused it; the machine has to
            // bear any.
            bench.take(all[randomBelow(static_cast<std::uint32_t>(all.size()))]);
            for (const LinkCommand& command : bench.commands) {
                if (std::holds_alternative<command::OpenSocket>(command))
                    ++sockets;
                if (std::holds_alternative<command::AbortSocket>(command) ||
                    std::holds_alternative<command::CloseSocket>(command))
                    sockets = 0;
            }
            QVERIFY2(sockets <= 1, "two sockets at once");
            const bool usesSocket = bench.phase() == LinkPhase::Greeting || bench.phase() == LinkPhase::Ready;
            QVERIFY(!usesSocket || sockets == 1);
            if (bench.phase() == LinkPhase::Closed || bench.phase() == LinkPhase::Waiting ||
                bench.phase() == LinkPhase::Refused)
                QCOMPARE(sockets, 0);
        }
    }
}

void TstLinkMachine::statusHints_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("status");
    QTest::newRow("Qt 6.4")
        << QStringLiteral(
               "QWebSocketPrivate::processHandshake: Unhandled http status code: 401 (Unauthorized).")
        << 401;
    QTest::newRow("refused") << QStringLiteral("Connection refused") << 0;
    QTest::newRow("a port is no status") << QStringLiteral("Cannot connect to 127.0.0.1:40123") << 0;
}

void TstLinkMachine::statusHints() {
    QFETCH(QString, text);
    QFETCH(int, status);
    QCOMPARE(statusHint(text), status);
}

QTEST_GUILESS_MAIN(TstLinkMachine)
#include "tst_link_machine.moc"
