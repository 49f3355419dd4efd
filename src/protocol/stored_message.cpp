// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/stored_message.h"

#include "protocol/names.h"

namespace apex::protocol {

namespace {

namespace field = names::field;
using names::view;

constexpr int kMaxNesting = 8;

QString contentAt(const json::Element& content, int depth);

/// The text inside an object by the keys senders use; empty if there is none.
QString textOfObject(const json::Element& object, int depth) {
    for (const QLatin1String key :
         {field::Text, field::Value, field::Content, field::Markdown, field::Response, field::Answer,
          field::Output, field::Message, field::Summary, field::Result}) {
        const auto found = json::member(object, view(key));
        if (!found)
            continue;
        if (QString text = contentAt(*found, depth + 1); !text.isEmpty())
            return text;
    }
    return {};
}

QString textOfList(const json::Element& list, int depth) {
    QStringList parts;
    for (const json::Element& part : json::items(list))
        if (QString text = contentAt(part, depth + 1); !text.isEmpty())
            parts.append(std::move(text));
    return parts.join(u"\n\n");
}

/// A JSON-encoded object or list inside a string, as some writers store it.
std::optional<QString> decodedString(const QString& string, int depth) {
    const QString trimmed = string.trimmed();
    if (!trimmed.startsWith(u'{') && !trimmed.startsWith(u'['))
        return std::nullopt;
    json::Parser parser;
    const auto root = parser.parse(trimmed.toUtf8());
    if (!root || (!root->is_object() && !root->is_array()))
        return std::nullopt;
    QString text = root->is_object() ? textOfObject(*root, depth) : textOfList(*root, depth);
    if (text.isEmpty())
        return std::nullopt;
    return text;
}

QString contentAt(const json::Element& content, int depth) {
    if (depth > kMaxNesting)
        return {};
    if (auto string = json::asString(content)) {
        if (auto decoded = decodedString(*string, depth + 1))
            return *std::move(decoded);
        return *std::move(string);
    }
    if (content.is_object())
        return textOfObject(content, depth);
    if (content.is_array())
        return textOfList(content, depth);
    return {};
}

} // namespace

QString contentText(const json::Element& content) {
    QString text = contentAt(content, 0);
    // Structured content without any known text member is shown as it is rather than as nothing.
    if (text.isEmpty() && !content.is_string() && !json::isEmpty(content))
        return json::asText(content);
    return text;
}

StoredMessage storedMessage(const json::Element& object, const ThreadId& thread) {
    StoredMessage message;
    message.id = MessageId(json::memberText(object, view(field::Id)));
    const QString ownThread = json::memberText(object, view(field::ThreadId));
    message.thread = ownThread.isEmpty() ? thread : ThreadId(ownThread);
    message.fromUser = json::memberText(object, view(field::Role)) == names::value::RoleUser;
    if (const auto content = json::member(object, view(field::Content))) {
        // What a person typed is never taken apart, even where it looks like JSON.
        const auto typed = message.fromUser ? json::asString(*content) : std::nullopt;
        message.text = typed ? *typed : contentText(*content);
    }
    if (const auto created = json::member(object, view(field::CreatedAt)))
        message.createdAt = json::asTime(*created);
    message.run = RunId(json::memberText(object, view(field::RunId)));
    if (const auto metadata = json::member(object, view(field::Metadata))) {
        if (message.run.isEmpty())
            message.run = RunId(json::memberText(*metadata, view(field::RunId)));
        if (const auto report = json::member(*metadata, view(field::FinalReport)))
            message.finalReport = json::text(*report);
        message.reportType = json::memberText(*metadata, view(field::ReportType));
    }
    return message;
}

std::vector<StoredMessage> storedMessages(const json::Element& array, const ThreadId& thread) {
    std::vector<StoredMessage> messages;
    simdjson::dom::array items;
    if (array.get_array().get(items) != simdjson::SUCCESS)
        return messages;
    for (const json::Element& item : items)
        if (item.is_object())
            messages.push_back(storedMessage(item, thread));
    return messages;
}

} // namespace apex::protocol
