// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspection/words.h"

namespace apex::inspection {

QString kindName(runs::StepKind kind) {
    switch (kind) {
    case runs::StepKind::Agent:
        return QStringLiteral("agent");
    case runs::StepKind::Thinking:
        return QStringLiteral("thinking");
    case runs::StepKind::Tool:
        return QStringLiteral("tool");
    case runs::StepKind::Text:
        return QStringLiteral("text");
    case runs::StepKind::Report:
        return QStringLiteral("report");
    case runs::StepKind::Notice:
        return QStringLiteral("notice");
    case runs::StepKind::Warning:
        return QStringLiteral("warning");
    case runs::StepKind::Error:
        return QStringLiteral("error");
    case runs::StepKind::Link:
        return QStringLiteral("link");
    }
    return {};
}

QString stateName(runs::StepState state) {
    switch (state) {
    case runs::StepState::Running:
        return QStringLiteral("running");
    case runs::StepState::Done:
        return QStringLiteral("done");
    case runs::StepState::Failed:
        return QStringLiteral("failed");
    case runs::StepState::Unfinished:
        return QStringLiteral("unfinished");
    case runs::StepState::Instant:
        return QStringLiteral("instant");
    }
    return {};
}

QString gravityName(runs::Gravity gravity) {
    switch (gravity) {
    case runs::Gravity::Note:
        return QStringLiteral("note");
    case runs::Gravity::Repair:
        return QStringLiteral("repair");
    case runs::Gravity::Breach:
        return QStringLiteral("breach");
    }
    return {};
}

QString clockName(ClockSource clock) {
    switch (clock) {
    case ClockSource::Receive:
        return QStringLiteral("receive");
    case ClockSource::Server:
        return QStringLiteral("server");
    case ClockSource::None:
        return QStringLiteral("none");
    }
    return {};
}

QString dialectName(protocol::Dialect dialect) {
    return dialect == protocol::Dialect::AgUi ? QStringLiteral("ag-ui") : QStringLiteral("platform");
}

} // namespace apex::inspection
