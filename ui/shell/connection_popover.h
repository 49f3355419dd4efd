// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "models/session_status.h"
#include "ui/theme/theme_provider.h"

#include <QFrame>

class QLabel;
class QPushButton;

namespace apex::ui {

/// What stands behind the connection chip: a sentence, facts, and the one thing that can be done.
class ConnectionPopover final : public QFrame {
    Q_OBJECT
public:
    /// `themes` outlives this.
    explicit ConnectionPopover(const ThemeProvider& themes, QWidget* parent = nullptr);

    void setFacts(const models::LinkWords& words, const QStringList& facts, const Error& error);
    /// Whether "Check the connection…" is offered.
    void setCheckOffered(bool offered);
    /// Opens below `anchor`, right edges aligned.
    void openBelow(const QWidget* anchor);

Q_SIGNALS:
    void retryRequested();
    void signInRequested();
    void checkRequested();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const ThemeProvider& m_themes;
    QLabel* m_title;
    QLabel* m_sentence;
    QLabel* m_facts;
    QPushButton* m_retry;
    QPushButton* m_signIn;
    QPushButton* m_check;
    QPushButton* m_copy;
    QString m_support;
};

} // namespace apex::ui
