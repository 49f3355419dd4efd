// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/doctor/check_details.h"

#include "ui/theme/theme.h"

#include <QLabel>
#include <QVBoxLayout>

namespace apex::ui {

using namespace Qt::StringLiterals;

namespace {

QLabel* addLabel(QVBoxLayout* column, const QString& role) {
    auto* label = new QLabel;
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    if (!role.isEmpty())
        label->setProperty("role", role);
    column->addWidget(label);
    return label;
}

void say(QLabel* label, const QString& text) {
    label->setText(text);
    label->setVisible(!text.isEmpty());
}

} // namespace

CheckDetails::CheckDetails(QWidget* parent) : QScrollArea(parent) {
    setObjectName(u"checkDetails"_s);
    setAccessibleName(tr("Details of the check"));
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* page = new QWidget(this);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(spacing::l, spacing::m, spacing::l, spacing::m);
    column->setSpacing(spacing::s);
    m_title = addLabel(column, u"heading"_s);
    m_found = addLabel(column, {});
    m_means = addLabel(column, {});
    m_fixHeading = addLabel(column, u"heading"_s);
    m_fix = addLabel(column, {});
    m_facts = addLabel(column, u"caption"_s);
    column->addStretch();
    setWidget(page);
}

void CheckDetails::setCheck(const diagnosis::Check& check) {
    say(m_title, check.title);
    say(m_found, check.found);
    say(m_means, check.means);
    say(m_fixHeading, check.fix.isEmpty() ? QString() : tr("What to do"));
    say(m_fix, check.fix);
    say(m_facts, check.facts.join(u'\n'));
}

} // namespace apex::ui
