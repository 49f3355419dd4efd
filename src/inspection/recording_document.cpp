// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspection/inspection_words.h"
#include "inspection/recording_formats.h"
#include "protocol/json_cursor.h"

#include <algorithm>

namespace apex::inspection {

namespace {

using protocol::JsonMember;

/// One entry of _webSocketMessages: {"type":"send"|"receive","time":seconds,"opcode":1,"data":"..."}.
void addHarMessage(QByteArrayView message, Recording& recording) {
    const auto members = protocol::topLevelMembers(message);
    if (!members) {
        recording.notes.append(
            tr(QT_TRANSLATE_NOOP("Inspection", "A message of the HAR file is not an object.")));
        return;
    }
    const JsonMember* opcode = protocol::findMember(*members, "opcode");
    if (opcode && opcode->integer && *opcode->integer > 2)
        return; // ping, pong and close carry no frame of the protocol
    RecordedEntry entry;
    const JsonMember* type = protocol::findMember(*members, "type");
    entry.direction = type && type->text == u"send" ? Direction::Out : Direction::In;
    if (const JsonMember* time = protocol::findMember(*members, "time"))
        entry.at = time->time;
    const JsonMember* data = protocol::findMember(*members, "data");
    if (!data)
        return;
    entry.frame = data->text.toUtf8();
    if (opcode && opcode->integer && *opcode->integer == 2)
        entry.frame = QByteArray::fromBase64(entry.frame);
    recording.entries.push_back(std::move(entry));
}

/// Walks log.entries[]._webSocketMessages[]; false if the document has no such place.
bool readHar(QByteArrayView text, const ReadLimits& limits, Recording& recording) {
    const auto root = protocol::topLevelMembers(text);
    const JsonMember* log = root ? protocol::findMember(*root, "log") : nullptr;
    const auto logMembers = log ? protocol::topLevelMembers(log->raw) : std::nullopt;
    const JsonMember* entries = logMembers ? protocol::findMember(*logMembers, "entries") : nullptr;
    const auto requests = entries ? protocol::topLevelItems(entries->raw) : std::nullopt;
    if (!requests)
        return false;
    recording.format = RecordingFormat::Har;
    for (const QByteArrayView request : *requests) {
        const auto members = protocol::topLevelMembers(request);
        const JsonMember* messages = members ? protocol::findMember(*members, "_webSocketMessages") : nullptr;
        const auto items = messages ? protocol::topLevelItems(messages->raw) : std::nullopt;
        if (!items)
            continue;
        for (const QByteArrayView message : *items)
            if (recording.entries.size() < limits.maxEntries)
                addHarMessage(message, recording);
    }
    if (recording.entries.empty())
        recording.notes.append(
            tr(QT_TRANSLATE_NOOP("Inspection", "The HAR file holds no messages of a WebSocket.")));
    return true;
}

/// A HAR file that breaks off: its lists of messages are found by their name, each read as far as it goes.
bool readBrokenHar(QByteArrayView text, const ReadLimits& limits, Recording& recording) {
    constexpr QByteArrayView name = "\"_webSocketMessages\"";
    if (protocol::topLevelMembers(text) ||
        !text.first(std::min<qsizetype>(text.size(), 4096)).contains("\"log\""))
        return false;
    for (qsizetype at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
        if (at > 0 && text[at - 1] == '\\')
            continue; // inside a text
        const QByteArrayView rest = text.sliced(at + name.size()).trimmed();
        if (!rest.startsWith(':'))
            continue;
        for (const QByteArrayView message : protocol::leadingItems(rest.sliced(1)))
            if (recording.entries.size() < limits.maxEntries)
                addHarMessage(message, recording);
    }
    if (recording.entries.empty())
        return false;
    recording.format = RecordingFormat::Har;
    recording.truncated = true;
    recording.notes.append(
        tr(QT_TRANSLATE_NOOP("Inspection", "The HAR file breaks off; it was read as far as it goes.")));
    return true;
}

bool readArray(QByteArrayView text, const ReadLimits& limits, Recording& recording) {
    const auto items = protocol::topLevelItems(text, &recording.truncated);
    if (!items)
        return false;
    if (recording.truncated)
        recording.notes.append(
            tr(QT_TRANSLATE_NOOP("Inspection", "The list breaks off; it was read as far as it goes.")));
    recording.format = RecordingFormat::JsonArray;
    for (const QByteArrayView item : *items) {
        if (recording.entries.size() >= limits.maxEntries)
            break;
        RecordedEntry entry;
        entry.frame = item.toByteArray();
        recording.entries.push_back(std::move(entry));
    }
    return true;
}

} // namespace

bool readWholeDocument(QByteArrayView text, const ReadLimits& limits, Recording& recording) {
    const QByteArrayView trimmed = text.trimmed();
    if (trimmed.isEmpty())
        return false;
    if (trimmed.front() == '[')
        return readArray(trimmed, limits, recording);
    if (trimmed.front() != '{')
        return false;
    if (readHar(trimmed, limits, recording) || readBrokenHar(trimmed, limits, recording))
        return true;
    // One frame laid out over several lines.
    if (!trimmed.contains('\n') || !protocol::isJson(trimmed))
        return false;
    RecordedEntry entry;
    entry.frame = trimmed.toByteArray();
    recording.entries.push_back(std::move(entry));
    return true;
}

} // namespace apex::inspection
