// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transcript/find_bar.h"

#include "ui/theme/theme.h"
#include "ui/theme/theme_icon.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QToolButton>

namespace apex::ui {

FindBar::FindBar(QWidget* parent)
    : QFrame(parent), m_words(new QLineEdit(this)), m_count(new QLabel(this)),
      m_case(addButton(QStringLiteral("findCaseButton"), tr("Match case"), {})),
      m_previous(addButton(QStringLiteral("findPreviousButton"), tr("Previous"), QStringLiteral("Shift+F3"))),
      m_next(addButton(QStringLiteral("findNextButton"), tr("Next"), QStringLiteral("F3"))),
      m_close(addButton(QStringLiteral("findCloseButton"), tr("Close"), QStringLiteral("Esc"))) {
    setObjectName(QStringLiteral("findBar"));
    setAccessibleName(tr("Find in this chat"));
    setAutoFillBackground(true);
    m_words->setObjectName(QStringLiteral("findWords"));
    m_words->setAccessibleName(tr("Words to find"));
    m_words->setPlaceholderText(tr("Find in this chat"));
    m_words->setClearButtonEnabled(false);
    m_words->setMinimumWidth(64);
    m_count->setObjectName(QStringLiteral("findCount"));
    m_count->setTextFormat(Qt::PlainText);
    m_count->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_case->setCheckable(true);
    m_case->setText(QStringLiteral("Aa"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(spacing::s, spacing::xs, spacing::xs, spacing::xs);
    row->setSpacing(spacing::xs);
    row->addWidget(m_words, 1);
    row->addWidget(m_count);
    for (QToolButton* button : {m_case, m_previous, m_next, m_close})
        row->addWidget(button);
    connect(m_words, &QLineEdit::textChanged, this, &FindBar::searchChanged);
    connect(m_case, &QToolButton::toggled, this, &FindBar::searchChanged);
    connect(m_previous, &QToolButton::clicked, this, &FindBar::previousRequested);
    connect(m_next, &QToolButton::clicked, this, &FindBar::nextRequested);
    connect(m_close, &QToolButton::clicked, this, &FindBar::closeRequested);
    setCount(0, 0, false);
}

QToolButton* FindBar::addButton(const QString& name, const QString& words, const QString& keys) {
    auto* button = new QToolButton(this);
    button->setObjectName(name);
    button->setAccessibleName(words);
    button->setToolTip(keys.isEmpty() ? words : tr("%1 (%2)").arg(words, keys));
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

void FindBar::setTheme(const Theme& theme) {
    m_words->setFont(theme.fonts.body);
    m_count->setFont(theme.fonts.caption);
    m_case->setFont(theme.fonts.body);
    // Room for the widest usual count, so that the field does not jump with each letter.
    m_countRoom = QFontMetrics(theme.fonts.caption).horizontalAdvance(tr("%1 of %2").arg(888).arg(888));
    QPalette palette = m_count->palette();
    palette.setColor(QPalette::WindowText, theme.colours.muted);
    m_count->setPalette(palette);
    m_previous->setIcon(themeIcon(QStringLiteral("chevron-up"), theme.colours.text));
    m_next->setIcon(themeIcon(QStringLiteral("chevron-down"), theme.colours.text));
    m_close->setIcon(themeIcon(QStringLiteral("close"), theme.colours.text));
    setStyleSheet(QStringLiteral("#findBar { background: %1; border: 1px solid %2; border-radius: 8px; }")
                      .arg(theme.colours.window.name(), theme.colours.border.name()));
}

void FindBar::resizeEvent(QResizeEvent* event) {
    QFrame::resizeEvent(event);
    // A little room for the count keeps the buttons still while it changes; a narrow bar has none to give.
    int others = m_words->minimumSizeHint().width() + 5 * spacing::xs + spacing::s + spacing::xs;
    for (const QToolButton* button : {m_case, m_previous, m_next, m_close})
        others += button->sizeHint().width();
    m_count->setMinimumWidth(others + m_countRoom <= width() ? m_countRoom : 0);
}

QString FindBar::needle() const {
    return m_words->text();
}

void FindBar::setNeedle(const QString& words) {
    m_words->setText(words);
}

bool FindBar::matchesCase() const {
    return m_case->isChecked();
}

void FindBar::setCount(qsizetype number, qsizetype count, bool searching) {
    const QLocale locale;
    QString words;
    if (needle().isEmpty())
        words.clear();
    else if (count == 0)
        words = searching ? tr("Searching…") : tr("Nothing found");
    else
        words = tr("%1 of %2").arg(locale.toString(number), locale.toString(count)) +
                (searching ? QStringLiteral("…") : QString());
    if (words != m_count->text()) {
        m_count->setText(words);
        m_count->setAccessibleName(words);
    }
    m_previous->setEnabled(count > 0);
    m_next->setEnabled(count > 0);
}

void FindBar::focusWords() {
    m_words->setFocus(Qt::ShortcutFocusReason);
    m_words->selectAll();
}

void FindBar::keyPressEvent(QKeyEvent* event) {
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (event->key() == Qt::Key_Escape)
        Q_EMIT closeRequested();
    else if (enter && event->modifiers().testFlag(Qt::ShiftModifier))
        Q_EMIT previousRequested();
    else if (enter)
        Q_EMIT nextRequested();
    else
        QFrame::keyPressEvent(event);
}

} // namespace apex::ui
