// SPDX-License-Identifier: GPL-3.0-or-later
// A run of 10,000 events arrives at 5,000 a second in the whole window, waterfall shown, while somebody
// types. Prints JSON: how long the window did not react. usage: bench_stream [EVENTS] [EVENTS_PER_SECOND]
#include "support/offline_session.h"
#include "support/sample_runs.h"
#include "ui/composer/composer_edit.h"
#include "ui/shell/main_window.h"
#include "ui/timeline/timeline_panel.h"
#include "ui/timeline/timeline_view.h"
#include "ui/timeline/waterfall_view.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QKeyEvent>
#include <QTimer>

#include <algorithm>
#include <cstdio>

using namespace apex;
using namespace Qt::StringLiterals;

namespace {

/// Feeds tool calls of four parallel kinds, two events each, as fast as asked.
class Source {
public:
    Source(session::Conversation& chat, test::FakeClock& clock, int events, int rate)
        : m_script(chat, clock, u"run-1"_s), m_events(events), m_rate(rate) {
        m_script.start(u"supervisor"_s, u"Reads many tables"_s);
        m_time.start();
    }
    /// Everything that is due; false once all was sent.
    bool feed() {
        const qint64 due = std::min<qint64>(m_events, m_time.elapsed() * m_rate / 1000);
        for (; m_sent < due; ++m_sent)
            sendOne();
        return m_sent < m_events;
    }
    [[nodiscard]] double seconds() const { return static_cast<double>(m_time.elapsed()) / 1000.0; }
    void finish() { m_script.complete(u"supervisor"_s, u"**Done.** Read everything."_s); }

private:
    void sendOne() {
        const int call = m_sent / 2;
        const QString name = u"query_%1"_s.arg(call % 4);
        if (m_sent % 2 == 0)
            m_script.wait(std::chrono::milliseconds(1)).tool(u"supervisor"_s, name, R"({"page":1})");
        else
            m_script.toolDone(u"supervisor"_s, name, R"({"rows":100,"total_cost_usd":12.5})");
    }

    test::RunScript m_script;
    QElapsedTimer m_time;
    int m_events;
    int m_rate;
    int m_sent = 0;
};

double percentile(std::vector<double>& values, double share) {
    if (values.empty())
        return 0;
    std::sort(values.begin(), values.end());
    return values[std::min(values.size() - 1,
                           static_cast<size_t>(static_cast<double>(values.size()) * share))];
}

} // namespace

int main(int argc, char** argv) {
    QApplication app(argc, argv);
    const int events = app.arguments().value(1, u"10000"_s).toInt();
    const int rate = app.arguments().value(2, u"5000"_s).toInt();
    ui::ThemeProvider themes(app);
    test::OfflineSession offline(true);
    ui::MainWindow window(offline.session(), themes, offline.paths());
    window.resize(1440, 900);
    window.show();
    offline.signIn();
    window.findChild<ui::TimelinePanel*>()->setWaterfallShown(true);
    QCoreApplication::processEvents();

    test::FakeClock clock;
    std::vector<double> stalls; // time between two turns of the event loop that were asked for at once
    QElapsedTimer since;
    QTimer heart;
    heart.setTimerType(Qt::PreciseTimer);
    QObject::connect(&heart, &QTimer::timeout, &app, [&] {
        if (since.isValid())
            stalls.push_back(static_cast<double>(since.nsecsElapsed()) / 1e6);
        since.start();
    });
    Source source(*window.conversation(), clock, events, rate);
    QTimer feed;
    feed.setTimerType(Qt::PreciseTimer);
    QObject::connect(&feed, &QTimer::timeout, &app, [&] {
        if (source.feed())
            return;
        feed.stop();
        source.finish();
        QTimer::singleShot(500, &app, &QCoreApplication::quit);
    });
    QTimer typing;
    QWidget* box = window.findChild<ui::ComposerEdit*>();
    QObject::connect(&typing, &QTimer::timeout, &app, [&] {
        QKeyEvent press(QEvent::KeyPress, Qt::Key_A, Qt::NoModifier, u"a"_s);
        QCoreApplication::sendEvent(box, &press);
    });
    heart.start(1);
    feed.start(5);
    typing.start(100);
    app.exec();
    const double seconds = source.seconds();
    const double p50 = percentile(stalls, 0.50);
    const double p99 = percentile(stalls, 0.99);
    const double worst = stalls.empty() ? 0 : stalls.back();
    std::printf("{\"schema\":\"apex/bench-stream/1\",\"events\":%d,\"events_per_second\":%.0f,\"rows\":%zu,"
                "\"stall_ms_p50\":%.1f,\"stall_ms_p99\":%.1f,\"stall_ms_worst\":%.1f}\n",
                events, events / (seconds - 0.5), window.conversation()->ledger().runs().back().steps.size(),
                p50, p99, worst);
    // Responsive even where the machine is slow: the promise of 16 ms is reported, not judged here.
    return p99 < 250.0 ? 0 : 1;
}
