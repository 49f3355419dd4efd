// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/interruption.h"

#include <QtGlobal>

#ifdef Q_OS_UNIX
#include <QSocketNotifier>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#endif

namespace apex::cli {

#ifdef Q_OS_UNIX

namespace {

// A signal handler can reach nothing but globals.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
std::array<int, 2> wakeUp{-1, -1};

extern "C" void noteSignal(int) {
    const int before = errno;
    const char byte = 1;
    // A full pipe already holds the news.
    [[maybe_unused]] const auto written = ::write(wakeUp[1], &byte, 1);
    errno = before;
}

void take(int signal) {
    struct sigaction known = {};
    // Whoever started us may have asked that this signal be ignored, as shells do for background jobs.
    if (::sigaction(signal, nullptr, &known) != 0 || known.sa_handler == SIG_IGN)
        return;
    struct sigaction ours = {};
    ours.sa_handler = &noteSignal;
    sigemptyset(&ours.sa_mask);
    ours.sa_flags = SA_RESTART;
    ::sigaction(signal, &ours, nullptr);
}

} // namespace

Interruption::Interruption(QObject* parent) : QObject(parent) {
    if (::pipe(wakeUp.data()) != 0)
        return;
    for (const int end : wakeUp) {
        ::fcntl(end, F_SETFL, O_NONBLOCK);
        ::fcntl(end, F_SETFD, FD_CLOEXEC);
    }
    auto* notifier = new QSocketNotifier(wakeUp[0], QSocketNotifier::Read, this);
    connect(notifier, &QSocketNotifier::activated, this, [this] {
        std::array<char, 16> bytes{};
        if (::read(wakeUp[0], bytes.data(), bytes.size()) > 0)
            Q_EMIT interrupted();
    });
    take(SIGINT);
    take(SIGTERM);
}

// The pipe stays: a signal may still be on its way into it while the program ends.
Interruption::~Interruption() = default;

#else

Interruption::Interruption(QObject* parent) : QObject(parent) {}
Interruption::~Interruption() = default;

#endif

} // namespace apex::cli
