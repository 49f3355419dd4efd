// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/rest.h"

#include "protocol/json_dom.h"
#include "protocol/json_writer.h"
#include "protocol/names.h"
#include "protocol/protocol_words.h"
#include "protocol/stored_message.h"

#include <algorithm>
#include <limits>

namespace apex::protocol {

namespace {

namespace field = names::field;
using names::view;

std::optional<WallTime> time(const json::Element& object, QLatin1String key) {
    const auto found = json::member(object, view(key));
    return found ? json::asTime(*found) : std::nullopt;
}

int smallNumber(const json::Element& object, QLatin1String key, int fallback) {
    const auto found = json::member(object, view(key));
    const auto number = found ? json::asInteger(*found) : std::nullopt;
    if (!number || *number < 0 || *number > std::numeric_limits<int>::max())
        return fallback;
    return static_cast<int>(*number);
}

tl::unexpected<Error> unreadable(const char* happened, const QString& details) {
    return fail(ErrorKind::Protocol, tr(happened),
                tr(QT_TRANSLATE_NOOP("Protocol", "Try again; if it happens again, tell your administrator.")),
                details);
}

ThreadSummary threadOf(const json::Element& object) {
    ThreadSummary thread;
    thread.id = ThreadId(json::memberText(object, view(field::Id)));
    if (thread.id.isEmpty())
        thread.id = ThreadId(json::memberText(object, view(field::ThreadId)));
    thread.title = json::memberText(object, view(field::Title));
    thread.createdAt = time(object, field::CreatedAt);
    thread.updatedAt = time(object, field::UpdatedAt);
    thread.messageCount = smallNumber(object, field::MessageCount, -1);
    if (const auto metadata = json::member(object, view(field::Metadata))) {
        thread.archived = json::memberText(*metadata, view(field::Status)) == names::value::StatusArchived;
        thread.owner = UserId(json::memberText(*metadata, view(field::UserId)));
        if (thread.title.isEmpty())
            thread.title = json::memberText(*metadata, view(field::Title));
    }
    if (const auto archived = json::member(object, view(field::Archived)))
        thread.archived = thread.archived || json::asBool(*archived).value_or(false);
    return thread;
}

} // namespace

Expected<std::vector<ThreadSummary>> decodeThreads(const QByteArray& body) {
    constexpr auto happened =
        QT_TRANSLATE_NOOP("Protocol", "The server's list of conversations could not be read.");
    json::Parser parser;
    auto root = parser.parse(body);
    if (!root)
        return unreadable(happened, parser.reason());
    if (root->is_object()) {
        root = json::member(*root, "threads");
        if (!root)
            return unreadable(happened, QStringLiteral("object without threads"));
    }
    simdjson::dom::array items;
    if (root->get_array().get(items) != simdjson::SUCCESS)
        return unreadable(happened, QStringLiteral("not a list"));
    std::vector<ThreadSummary> threads;
    for (const json::Element& item : items) {
        if (!item.is_object())
            return unreadable(happened, QStringLiteral("a member is not an object"));
        ThreadSummary thread = threadOf(item);
        if (thread.id.isEmpty())
            return unreadable(happened, QStringLiteral("a conversation without id"));
        threads.push_back(std::move(thread));
    }
    return threads;
}

Expected<ThreadSummary> decodeThread(const QByteArray& body) {
    constexpr auto happened =
        QT_TRANSLATE_NOOP("Protocol", "The server's answer about the conversation could not be read.");
    json::Parser parser;
    const auto root = parser.parse(body);
    if (!root || !root->is_object())
        return unreadable(happened, root ? QStringLiteral("not an object") : parser.reason());
    ThreadSummary thread = threadOf(*root);
    if (thread.id.isEmpty())
        return unreadable(happened, QStringLiteral("no id"));
    return thread;
}

Expected<MessagePage> decodeMessages(const QByteArray& body) {
    constexpr auto happened =
        QT_TRANSLATE_NOOP("Protocol", "The messages of the conversation could not be read.");
    json::Parser parser;
    const auto root = parser.parse(body);
    if (!root)
        return unreadable(happened, parser.reason());
    MessagePage page;
    if (root->is_array()) {
        page.messages = storedMessages(*root, {});
        return page;
    }
    const auto messages = json::member(*root, view(field::Messages));
    if (!messages || !messages->is_array())
        return unreadable(happened, QStringLiteral("no list of messages"));
    page.thread = ThreadId(json::memberText(*root, view(field::ThreadId)));
    page.messages = storedMessages(*messages, page.thread);
    if (const int total = smallNumber(*root, field::Total, -1); total >= 0)
        page.total = total;
    page.limit = smallNumber(*root, field::Limit, 0);
    page.offset = smallNumber(*root, field::Offset, 0);
    return page;
}

Expected<FileId> decodeFileUpload(const QByteArray& body) {
    constexpr auto happened =
        QT_TRANSLATE_NOOP("Protocol", "The server did not say under which id it stored the file.");
    json::Parser parser;
    const auto root = parser.parse(body);
    if (!root || !root->is_object())
        return unreadable(happened, root ? QStringLiteral("not an object") : parser.reason());
    for (const QLatin1String key : {field::FileId, field::Id})
        if (QString id = json::memberText(*root, view(key)); !id.isEmpty())
            return FileId(std::move(id));
    return unreadable(happened, QStringLiteral("no id"));
}

Expected<PublicConfig> decodePublicConfig(const QByteArray& body) {
    constexpr auto happened =
        QT_TRANSLATE_NOOP("Protocol", "The server's public configuration could not be read.");
    json::Parser parser;
    const auto root = parser.parse(body);
    if (!root || !root->is_object())
        return unreadable(happened, root ? QStringLiteral("not an object") : parser.reason());
    PublicConfig config;
    config.environment = json::memberText(*root, view(field::Environment));
    config.appName = json::memberText(*root, view(field::AppName));
    config.version = json::memberText(*root, view(field::Version));
    auto attachments = json::member(*root, view(field::Attachments));
    if (const auto features = json::member(*root, view(field::Features)); features && !attachments)
        attachments = json::member(*features, view(field::Attachments));
    if (!attachments)
        return config;
    const QString mode = attachments->is_object() ? json::memberText(*attachments, view(field::Mode))
                                                  : json::asText(*attachments);
    if (mode == names::value::AttachmentsUpload)
        config.attachments = AttachmentMode::Upload;
    else if (mode == names::value::AttachmentsNone)
        config.attachments = AttachmentMode::None;
    if (const auto limit = json::member(*attachments, view(field::MaxBytes)))
        config.attachmentLimit = std::max<qint64>(json::asInteger(*limit).value_or(0), 0);
    return config;
}

QByteArray encodeCreateThread(const QString& title) {
    JsonWriter out;
    out.beginObject();
    if (!title.isEmpty())
        out.key(field::Title).string(title);
    return out.endObject().bytes();
}

QByteArray encodeRename(const QString& title) {
    return JsonWriter().beginObject().key(field::Title).string(title).endObject().bytes();
}

} // namespace apex::protocol
