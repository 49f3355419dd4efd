// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/secret_input.h"

#include "cli/command.h"

#include <QCoreApplication>
#include <QPointer>

#include <cstdio>
#include <memory>
#include <thread>

#ifndef Q_OS_WIN
#include <termios.h>
#include <unistd.h>
#endif

namespace apex::cli {

namespace {

constexpr int longestLine = 64 * 1024;

#ifdef Q_OS_WIN
/// A console has no echo to switch off here; the prompt says so by being absent.
class EchoOff {};
bool isTerminal() {
    return false;
}
#else
/// Switches the terminal's echo off and gives it back.
class EchoOff {
public:
    EchoOff() {
        if (tcgetattr(STDIN_FILENO, &m_before) != 0)
            return;
        termios quiet = m_before;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        m_changed = tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0;
    }
    ~EchoOff() {
        if (m_changed)
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &m_before);
    }
    EchoOff(const EchoOff&) = delete;
    EchoOff& operator=(const EchoOff&) = delete;

private:
    termios m_before{};
    bool m_changed = false;
};
bool isTerminal() {
    return isatty(STDIN_FILENO) == 1;
}
#endif

Secret readLine() {
    QByteArray line;
    for (int byte = std::getchar(); byte != EOF && byte != '\n'; byte = std::getchar())
        if (line.size() < longestLine)
            line += static_cast<char>(byte);
    if (line.endsWith('\r'))
        line.chop(1);
    return Secret(std::move(line));
}

} // namespace

Secret readSecretLine(const QString& prompt) {
    if (!isTerminal())
        return readLine();
    complain(prompt);
    const EchoOff quiet;
    return readLine();
}

void readSecretLineLater(const QString& prompt, QObject* context, std::function<void(Secret)> ready) {
    std::thread([prompt, guard = QPointer<QObject>(context), ready = std::move(ready)] {
        auto line = std::make_shared<Secret>(readSecretLine(prompt));
        // The context may go at any time; only its own thread can tell.
        QMetaObject::invokeMethod(
            QCoreApplication::instance(),
            [line, ready, guard] {
                if (guard)
                    ready(std::move(*line));
            },
            Qt::QueuedConnection);
    }).detach();
}

} // namespace apex::cli
