// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "protocol/event.h"

#include <optional>
#include <vector>

namespace apex::session {

/// Says why a local file cannot be sent, before anything is sent: missing, a folder, unreadable, empty,
/// larger than `maxBytes`, or not text.
[[nodiscard]] Expected<void> checkAttachment(const QString& path, qint64 maxBytes);
/// A file as inline records: each non-empty line of a file is one JSON value, a *.json file is one as a
/// whole. Whether they are JSON is checked when the message is encoded.
[[nodiscard]] Expected<std::vector<protocol::JsonText>> inlineRecords(const QString& path);

/// What a file is that begins like this and is no text: "a gzip archive", with what to do about it. nullopt
/// for text and for what nobody knows.
struct ForeignFormat {
    QString what;
    QString action;
};
[[nodiscard]] std::optional<ForeignFormat> foreignFormat(const QByteArray& head);

} // namespace apex::session
