// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/run_text.h"
#include "ui/theme/theme_provider.h"

#include <QWidget>

class QPushButton;
class QVBoxLayout;

namespace apex::ui {

/// Remarks on a run, one button each that leads to its row; at most four are listed, the rest are counted.
class FindingList final : public QWidget {
    Q_OBJECT
public:
    /// `themes` outlives this.
    explicit FindingList(const ThemeProvider& themes, QWidget* parent = nullptr);

    /// So many remarks are listed.
    static constexpr int listed = 4;

    /// The gravest remarks, at most `listed`, of `total`, in the order of their frames; with `frames` each
    /// offers the frame it is about.
    void setFindings(const std::vector<models::FindingText>& findings, int total, bool frames);

Q_SIGNALS:
    /// The person wants to see the row of a remark.
    void rowRequested(int row);
    /// The person wants to see the frame that caused a remark; `row` may be -1.
    void frameRequested(int row, qint64 frame);

private:
    void rebuild();
    void addFinding(const models::FindingText& finding);
    [[nodiscard]] QPushButton* makeRemark(const models::FindingText& finding);
    [[nodiscard]] QPushButton* makeFrameLink(const models::FindingText& finding);

    const ThemeProvider& m_themes;
    QVBoxLayout* m_column;
    std::vector<models::FindingText> m_findings;
    int m_total = 0;
    bool m_frames = false;
};

} // namespace apex::ui
