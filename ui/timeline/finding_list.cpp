// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/finding_list.h"

#include "base/isolated_text.h"
#include "ui/theme/elided_button.h"
#include "ui/theme/theme_icon.h"

#include <QLabel>
#include <QVBoxLayout>

namespace apex::ui {

using namespace Qt::StringLiterals;

namespace {

QString gravityWord(runs::Gravity gravity) {
    switch (gravity) {
    case runs::Gravity::Note:
        return FindingList::tr("Note");
    case runs::Gravity::Repair:
        return FindingList::tr("Repaired");
    case runs::Gravity::Breach:
        return FindingList::tr("Violation");
    }
    return {};
}

bool sameText(const models::FindingText& a, const models::FindingText& b) {
    return a.gravity == b.gravity && a.text == b.text && a.detail == b.detail && a.row == b.row;
}

} // namespace

FindingList::FindingList(const ThemeProvider& themes, QWidget* parent)
    : QWidget(parent), m_themes(themes), m_column(new QVBoxLayout(this)) {
    setObjectName(u"findingList"_s);
    setAccessibleName(tr("Remarks on this run"));
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(0);
    connect(&m_themes, &ThemeProvider::changed, this, &FindingList::rebuild);
}

void FindingList::setFindings(const std::vector<models::FindingText>& findings, int total, bool frames) {
    if (total == m_total && frames == m_frames &&
        std::equal(findings.begin(), findings.end(), m_findings.begin(), m_findings.end(), sameText))
        return;
    m_findings = findings;
    m_total = total;
    m_frames = frames;
    rebuild();
}

void FindingList::rebuild() {
    while (QLayoutItem* item = m_column->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater(); // one of them may be what was just clicked
        delete item;
    }
    for (const auto& finding : m_findings)
        addFinding(finding);
    const int more = m_total - static_cast<int>(m_findings.size());
    if (more > 0) {
        auto* label =
            new QLabel(tr("and %1 more, marked in the rows above (J and K lead there)").arg(more), this);
        label->setProperty("role", u"caption"_s);
        label->setWordWrap(true);
        m_column->addWidget(label);
    }
    setVisible(!m_findings.empty());
}

QPushButton* FindingList::makeRemark(const models::FindingText& finding) {
    const auto& c = m_themes.theme().colours;
    const bool note = finding.gravity == runs::Gravity::Note;
    auto* button = new ElidedButton(this);
    button->setMostLines(2);
    button->setProperty("role", u"finding"_s);
    button->setIcon(
        note ? glyphIcon(Glyph::Notice, c.muted)
             : glyphIcon(Glyph::Warning, finding.gravity == runs::Gravity::Breach ? c.failed : c.warning));
    // The same rule may be broken twice: what differs is the detail.
    const QString detail = isolated(finding.detail.simplified());
    const QString text = detail.isEmpty() ? finding.text : finding.text + u' ' + detail;
    button->setFullText(gravityWord(finding.gravity) + u": "_s + text);
    button->setToolTip(detail.isEmpty() ? finding.text : finding.text + u'\n' + detail);
    button->setEnabled(finding.row >= 0);
    connect(button, &QPushButton::clicked, this, [this, row = finding.row] { Q_EMIT rowRequested(row); });
    return button;
}

QPushButton* FindingList::makeFrameLink(const models::FindingText& finding) {
    auto* link = new QPushButton(tr("Frame %1").arg(finding.frame), this);
    link->setProperty("role", u"link"_s);
    link->setAccessibleName(tr("Show frame %1: %2").arg(finding.frame).arg(finding.text));
    connect(link, &QPushButton::clicked, this,
            [this, at = finding.row, number = finding.frame] { Q_EMIT frameRequested(at, number); });
    return link;
}

void FindingList::addFinding(const models::FindingText& finding) {
    QPushButton* remark = makeRemark(finding);
    if (!m_frames || finding.frame < 0)
        return m_column->addWidget(remark);
    auto* line = new QWidget(this);
    auto* row = new QHBoxLayout(line);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(remark, 1);
    // With an alignment: else the row would be no higher than the lower of the two.
    row->addWidget(makeFrameLink(finding), 0, Qt::AlignVCenter);
    m_column->addWidget(line);
}

} // namespace apex::ui
