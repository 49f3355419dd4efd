// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "models/session_status.h"
#include "ui/theme/theme_provider.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace apex::ui {

class ColourDot;
class ErrorBox;
class StateMark;

/// What the arrival page says; taken from the session.
struct ArrivalFacts {
    QString environmentName;
    QString environmentColour;
    QString account;                                   ///< e-mail or name; may be empty
    QString host;                                      ///< of the server, in words
    bool sessionOnly = false;                          ///< the sign-in is in memory only
    models::StatusTone link = models::StatusTone::Off; ///< how the connection stands
    Error linkError;                                   ///< why it does not stand
    bool checkOffered = false;                         ///< there is a connection check to open
};

/// After the first sign-in of an account: what works, in three lines, and the way to the first question.
class ArrivalPage final : public QWidget {
    Q_OBJECT
public:
    /// `themes` outlives this.
    explicit ArrivalPage(const ThemeProvider& themes, QWidget* parent = nullptr);

    void show(const ArrivalFacts& facts);
    using QWidget::show;
    void focusFirst();

Q_SIGNALS:
    void startRequested();
    void retryRequested();
    void checkRequested();

private:
    enum class Mark { Good, Busy, Attention, Bad };
    struct Line {
        StateMark* mark = nullptr;
        QLabel* words = nullptr;
    };

    void buildFacts(QVBoxLayout* column);
    void buildWays(QVBoxLayout* column);
    void buildNote(QVBoxLayout* column);
    Line addLine(QVBoxLayout* column, const QString& name);
    void setLine(const Line& line, Mark mark, const QString& words);
    void refresh();
    void refreshLink();

    const ThemeProvider& m_themes;
    ArrivalFacts m_facts;
    QWidget* m_content = nullptr;
    ColourDot* m_dot = nullptr;
    QLabel* m_environment = nullptr;
    Line m_who;
    Line m_kept;
    Line m_link;
    ErrorBox* m_error = nullptr;
    QPushButton* m_start = nullptr;
    QPushButton* m_retry = nullptr;
    QPushButton* m_check = nullptr;
};

} // namespace apex::ui
