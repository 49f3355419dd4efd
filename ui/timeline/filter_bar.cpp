// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/filter_bar.h"

#include "ui/theme/theme_icon.h"

#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QToolButton>
#include <QVBoxLayout>

namespace apex::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kOffered = 30; // names of a sort in the menu; more are found by typing

} // namespace

FilterBar::FilterBar(models::TimelineModel& model, const ThemeProvider& themes, QWidget* parent)
    : QWidget(parent), m_model(model), m_themes(themes), m_line(new QLineEdit(this)),
      m_choose(new QToolButton(this)), m_close(new QToolButton(this)), m_menu(new QMenu(this)),
      m_count(new QLabel(this)) {
    setObjectName(u"filterBar"_s);
    m_line->setObjectName(u"rowFilter"_s);
    m_line->setAccessibleName(tr("Filter the rows"));
    m_line->setPlaceholderText(tr("Filter: words, tool: agent: kind:"));
    m_line->setClearButtonEnabled(true);
    m_line->installEventFilter(this);
    m_choose->setObjectName(u"filterMenu"_s);
    m_choose->setAccessibleName(tr("Choose what to show"));
    m_choose->setToolTip(tr("Choose kinds, agents and tools"));
    m_choose->setPopupMode(QToolButton::InstantPopup);
    m_choose->setMenu(m_menu);
    m_close->setObjectName(u"closeFilter"_s);
    m_close->setAccessibleName(tr("Show all rows"));
    m_close->setToolTip(tr("Show all rows (Esc)"));
    m_count->setObjectName(u"filterCount"_s);
    m_count->setProperty("role", u"caption"_s);
    m_count->setWordWrap(true);
    auto* row = new QHBoxLayout;
    row->setSpacing(spacing::xs);
    row->addWidget(m_line, 1);
    row->addWidget(m_choose);
    row->addWidget(m_close);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(spacing::m, 0, spacing::s, spacing::s);
    column->setSpacing(spacing::xs);
    column->addLayout(row);
    column->addWidget(m_count);
    connect(m_line, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_model.setFilter(models::parseFilter(text));
        refreshCount();
    });
    connect(m_menu, &QMenu::aboutToShow, this, &FilterBar::fillMenu);
    connect(m_close, &QToolButton::clicked, this, &FilterBar::close);
    connect(&m_themes, &ThemeProvider::changed, this, &FilterBar::applyTheme);
    applyTheme();
    refreshCount();
}

void FilterBar::applyTheme() {
    const QColor& colour = m_themes.theme().colours.text;
    m_choose->setIcon(themeIcon(u"more"_s, colour));
    m_close->setIcon(themeIcon(u"close"_s, colour));
}

QString FilterBar::text() const {
    return m_line->text();
}

void FilterBar::setText(const QString& text) {
    m_line->setText(text);
}

void FilterBar::focusLine() {
    m_line->setFocus(Qt::ShortcutFocusReason);
    m_line->selectAll();
}

void FilterBar::refreshCount() {
    const int hidden = m_model.filter().isEmpty() ? 0 : m_model.hiddenSteps();
    const QString text = m_model.filter().isEmpty()
                             ? QString()
                             : tr("%1 of %2 rows").arg(m_model.rowCount()).arg(m_model.rowCount() + hidden);
    if (m_count->text() != text)
        m_count->setText(text);
    m_count->setVisible(!text.isEmpty());
}

void FilterBar::addTerms(const QString& title, const QString& field, const QStringList& values) {
    if (values.isEmpty())
        return;
    m_menu->addSection(title);
    for (qsizetype i = 0; i < std::min(values.size(), kOffered); ++i) {
        const QString term = models::filterTerm(field, values.at(i));
        auto* action = m_menu->addAction(values.at(i), this, [this, term] { toggleTerm(term); });
        action->setCheckable(true);
        action->setChecked(m_line->text().contains(term));
    }
}

void FilterBar::fillMenu() {
    m_menu->clear();
    auto* problems = m_menu->addAction(tr("Problems only"), this, [this] { toggleTerm(u"is:problem"_s); });
    problems->setCheckable(true);
    problems->setChecked(m_line->text().contains("is:problem"_L1));
    QStringList kinds;
    using runs::StepKind;
    for (const auto kind : {StepKind::Agent, StepKind::Thinking, StepKind::Tool, StepKind::Text,
                            StepKind::Warning, StepKind::Error, StepKind::Link})
        kinds << models::kindName(kind);
    addTerms(tr("Kinds"), u"kind"_s, kinds);
    addTerms(tr("Agents"), u"agent"_s, m_model.agents());
    addTerms(tr("Tools"), u"tool"_s, m_model.tools());
}

void FilterBar::toggleTerm(const QString& term) {
    QString text = m_line->text();
    if (text.contains(term))
        text.remove(term);
    else
        text += u' ' + term;
    m_line->setText(text.simplified());
}

void FilterBar::close() {
    m_line->clear();
    Q_EMIT closed();
}

bool FilterBar::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_line && event->type() == QEvent::KeyPress &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        close();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace apex::ui
