// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/timeline/step_look.h"

namespace apex::ui {

using runs::StepKind;
using runs::StepState;

QColor kindColour(StepKind kind, const ThemeColours& c) {
    switch (kind) {
    case StepKind::Agent:
        return c.accent;
    case StepKind::Thinking:
        return c.thinking;
    case StepKind::Tool:
        return c.tool;
    case StepKind::Warning:
        return c.warning;
    case StepKind::Error:
        return c.failed;
    case StepKind::Link:
        return c.warning;
    case StepKind::Text:
    case StepKind::Report:
    case StepKind::Notice:
        return c.muted;
    }
    return c.muted;
}

StepLook lookOf(const models::TimelineRow& row, const ThemeColours& c) {
    if (row.state == StepState::Failed)
        return {Glyph::Failed, c.failed};
    if (row.state == StepState::Unfinished)
        return {Glyph::Unknown, c.warning};
    const QColor colour = kindColour(row.kind, c);
    switch (row.kind) {
    case StepKind::Agent:
        return row.state == StepState::Done ? StepLook{Glyph::Finished, c.completed}
                                            : StepLook{Glyph::Started, colour};
    case StepKind::Thinking:
        return {Glyph::Thinking, colour};
    case StepKind::Tool:
        return {row.state == StepState::Running ? Glyph::ToolActive : Glyph::ToolDone, colour};
    case StepKind::Text:
    case StepKind::Report:
        return {Glyph::Text, colour};
    case StepKind::Notice:
        return {Glyph::Notice, colour};
    case StepKind::Warning:
        return {Glyph::Warning, colour};
    case StepKind::Error:
        return {Glyph::Failed, colour};
    case StepKind::Link:
        return {Glyph::Link, colour};
    }
    return {Glyph::Notice, colour};
}

StepLook lookOf(models::RunMark mark, const ThemeColours& c) {
    switch (mark) {
    case models::RunMark::Running:
        return {Glyph::Started, c.accent};
    case models::RunMark::Completed:
        return {Glyph::Finished, c.completed};
    case models::RunMark::Failed:
        return {Glyph::Failed, c.failed};
    case models::RunMark::Cancelled:
        return {Glyph::Stopped, c.muted};
    case models::RunMark::NoOutcome:
        return {Glyph::Unknown, c.warning};
    }
    return {};
}

} // namespace apex::ui
