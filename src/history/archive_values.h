// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/ids.h"

#include <QVariant>

#include <optional>

namespace apex::history {

/// A text for a NOT NULL column; a null QString would be stored as NULL.
[[nodiscard]] inline QVariant notNull(const QString& text) {
    return text.isNull() ? QStringLiteral("") : text;
}
/// An identifier for a NOT NULL column.
template <class Tag>
[[nodiscard]] QVariant textOf(const Id<Tag>& id) {
    return notNull(id.toString());
}
/// Microseconds since 1970 as stored; NULL for nullopt.
[[nodiscard]] inline QVariant microsOf(const std::optional<WallTime>& time) {
    return time ? QVariant(qint64{time->time_since_epoch().count()}) : QVariant();
}
/// The reverse of microsOf.
[[nodiscard]] inline std::optional<WallTime> timeOf(const QVariant& micros) {
    if (micros.isNull())
        return std::nullopt;
    return WallTime(std::chrono::microseconds(micros.toLongLong()));
}

} // namespace apex::history
