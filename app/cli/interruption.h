// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

namespace apex::cli {

/// Turns Ctrl-C (SIGINT) and SIGTERM into a Qt signal of the main thread, so that a command can leave in
/// order.
///
/// At most one at a time. On systems without POSIX signals it never says anything and Ctrl-C ends the
/// program.
class Interruption final : public QObject {
    Q_OBJECT
public:
    explicit Interruption(QObject* parent = nullptr);
    ~Interruption() override;

Q_SIGNALS:
    void interrupted();
};

} // namespace apex::cli
