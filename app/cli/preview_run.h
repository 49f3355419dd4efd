// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cli/ask_run.h"

#include <QJsonArray>

namespace apex::cli {

/// Prints what the server takes the columns of files for, sends nothing, and leaves the event loop with an
/// ExitCode.
class PreviewRun final : public QObject {
    Q_OBJECT
public:
    PreviewRun(session::AccountSession& session, AskOptions options);

    /// Starts the session; the rest follows from its signals.
    void begin();

private:
    void signInChanged();
    void next();
    void show(const QString& file, const protocol::FilePreview& preview);
    void giveUp(const Error& error);
    void end(int code);

    session::AccountSession& m_session;
    AskOptions m_options;
    QStringList m_waiting; ///< files still to be asked for
    QTimer m_timeout;
    QJsonArray m_previews; ///< for --json
    bool m_allUsable = true;
    bool m_begun = false;
    bool m_over = false;
};

} // namespace apex::cli
