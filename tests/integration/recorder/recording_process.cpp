// SPDX-License-Identifier: GPL-3.0-or-later
// A process that records 200 frames a second until it is killed. Usage: recording_process FOLDER. Writes the
// number of each frame to stdout after the recorder has taken it, so the harness knows what may not be
// missing.
#include "history/recorder.h"

#include <QCoreApplication>
#include <QTimer>

#include <cstdio>

using namespace apex;
using namespace Qt::StringLiterals;

namespace {

/// Two seconds of frames: a harness that is late to kill finds no mountain to read.
constexpr qint64 mostFrames = 400;

/// Most frames are small; every twentieth is long enough that a kill can come in the middle of its write.
QByteArray numberedFrame(qint64 number) {
    const qsizetype padding = number % 20 == 3 ? 200'000 : 180;
    return R"({"type":"agent_thinking","n":)" + QByteArray::number(number) + R"(,"text":")" +
           QByteArray(padding, 'x') + "\"}";
}

} // namespace

int main(int argc, char** argv) {
    QCoreApplication app(argc, argv);
    if (argc != 2)
        return 2;
    SystemClock clock;
    history::RecorderOptions options;
    options.folder = QString::fromLocal8Bit(argv[1]);
    options.environment = u"test"_s;
    options.client = u"recording_process"_s;
    history::Recorder recorder(options, clock);
    if (!recorder.start())
        return 3;
    QTimer pace;
    pace.setTimerType(Qt::PreciseTimer);
    qint64 number = 0;
    QObject::connect(&pace, &QTimer::timeout, &app, [&] {
        recorder.frame(numberedFrame(number), {number, clock.wallNow(), clock.monoNow()}, false);
        std::printf("%lld\n", static_cast<long long>(number++));
        std::fflush(stdout);
        if (number == mostFrames)
            pace.stop();
    });
    pace.start(5);
    return QCoreApplication::exec();
}
