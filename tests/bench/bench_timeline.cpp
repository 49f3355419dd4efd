// SPDX-License-Identifier: GPL-3.0-or-later
// Cost of a live event and of a picture with few and with many rows above; prints JSON, fails if cost grows
// with the rows.
#include "support/sample_runs.h"
#include "ui/timeline/timeline_panel.h"
#include "ui/timeline/timeline_view.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QScrollBar>

#include <cstdio>

using namespace apex;
using namespace Qt::StringLiterals;

namespace {

struct Cost {
    double appendMicros = 0; ///< one tool call, two events, its rows painted
    double scrollMicros = 0; ///< one page
};

Cost measure(const ui::ThemeProvider& themes, int rowsBefore) {
    test::FakeClock clock;
    session::Conversation chat{ThreadId(u"thread-1"_s)};
    models::TimelineModel model(clock);
    ui::TimelinePanel panel(model, themes);
    panel.resize(460, 700);
    panel.show();
    test::RunScript script(chat, clock, u"run-1"_s);
    script.start(u"supervisor"_s);
    const auto call = [&script](int i) {
        script.wait(std::chrono::milliseconds(5))
            .tool(u"supervisor"_s, u"query_%1"_s.arg(i), R"({"page":1})")
            .wait(std::chrono::milliseconds(5))
            .toolDone(u"supervisor"_s, u"query_%1"_s.arg(i), R"({"rows":100})");
    };
    for (int i = 0; i < rowsBefore; ++i)
        call(i);
    model.setConversation(&chat);
    auto* bar = panel.view()->verticalScrollBar();
    bar->setValue(bar->maximum());
    QCoreApplication::processEvents();
    Cost cost;
    QElapsedTimer time;
    constexpr int calls = 300;
    time.start();
    for (int i = 0; i < calls; ++i) {
        call(rowsBefore + i);
        QCoreApplication::processEvents();
    }
    cost.appendMicros = static_cast<double>(time.nsecsElapsed()) / 1000.0 / calls;
    constexpr int pages = 100;
    time.start();
    for (int i = 0; i < pages; ++i) {
        bar->setValue(i % 2 == 0 ? bar->maximum() : bar->maximum() - 500);
        QCoreApplication::processEvents();
    }
    cost.scrollMicros = static_cast<double>(time.nsecsElapsed()) / 1000.0 / pages;
    return cost;
}

} // namespace

int main(int argc, char** argv) {
    QApplication app(argc, argv);
    ui::ThemeProvider themes(app);
    (void)measure(themes, 100); // fonts and caches
    const Cost few = measure(themes, 1000);
    const Cost many = measure(themes, 20'000);
    const double appendRatio = many.appendMicros / few.appendMicros;
    const double scrollRatio = many.scrollMicros / few.scrollMicros;
    std::printf("{\"schema\":\"apex/bench-timeline/1\",\"append_us_1k\":%.1f,\"append_us_20k\":%.1f,"
                "\"append_ratio\":%.2f,\"scroll_us_1k\":%.1f,\"scroll_us_20k\":%.1f,\"scroll_ratio\":%.2f}\n",
                few.appendMicros, many.appendMicros, appendRatio, few.scrollMicros, many.scrollMicros,
                scrollRatio);
    return appendRatio < 3.0 && scrollRatio < 2.0 ? 0 : 1;
}
