// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/finding_index.h"

#include <algorithm>

namespace apex::models {

void FindingIndex::clear() {
    m_byFrame.clear();
    m_seen = 0;
}

bool FindingIndex::stillHolds(const runs::Run& run) const {
    if (m_seen == 0)
        return true;
    if (run.findings.size() < m_seen)
        return false;
    const runs::Finding& last = run.findings[m_seen - 1];
    return last.rule == m_last.rule && last.frame == m_last.frame;
}

void FindingIndex::follow(const runs::Run& run) {
    if (!stillHolds(run))
        clear();
    for (; m_seen < run.findings.size(); ++m_seen) {
        const runs::Finding& finding = run.findings[m_seen];
        if (finding.frame >= 0)
            m_byFrame[finding.frame].push_back(static_cast<int>(m_seen));
        m_last = {finding.rule, {}, finding.frame};
    }
}

std::vector<int> FindingIndex::on(const runs::Step& step) const {
    std::vector<int> found;
    const auto take = [&](qint64 frame) {
        if (const auto known = m_byFrame.find(frame); known != m_byFrame.end())
            found.insert(found.end(), known->second.begin(), known->second.end());
    };
    take(step.firstFrame);
    if (step.lastFrame != step.firstFrame)
        take(step.lastFrame);
    std::sort(found.begin(), found.end());
    return found;
}

bool FindingIndex::isProblem(const runs::Run& run, const runs::Step& step) const {
    if (step.state == runs::StepState::Failed || step.state == runs::StepState::Unfinished ||
        step.kind == runs::StepKind::Error || step.kind == runs::StepKind::Warning)
        return true;
    const auto remarks = on(step);
    return std::any_of(remarks.begin(), remarks.end(), [&run](int index) {
        return runs::ruleGravity(run.findings[static_cast<size_t>(index)].rule) != runs::Gravity::Note;
    });
}

} // namespace apex::models
