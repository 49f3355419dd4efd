// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/llm/chat_reply.h"

#include "backend/llm/model_words.h"

#include <QJsonDocument>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

QString wordsOf(const QJsonValue& error) {
    const QJsonObject object = error.toObject();
    const QString words = error.isString() ? error.toString() : object.value("message"_L1).toString();
    return words.simplified().left(300);
}

tl::unexpected<Error> notUnderstood(const QString& details) {
    return fail(
        ErrorKind::Protocol,
        modelWords(QT_TRANSLATE_NOOP("LanguageModel", "The endpoint's answer could not be understood.")), {},
        details);
}

} // namespace

QJsonObject ChatReply::message() const {
    QJsonObject json{{"role"_L1, "assistant"_L1}, {"content"_L1, text}};
    QJsonArray calls;
    for (const ModelToolCall& call : toolCalls)
        calls.append(QJsonObject{
            {"id"_L1, call.id},
            {"type"_L1, "function"_L1},
            {"function"_L1, QJsonObject{{"name"_L1, call.name}, {"arguments"_L1, call.arguments}}}});
    if (!calls.isEmpty())
        json["tool_calls"_L1] = calls;
    return json;
}

QString endpointMessage(const QByteArray& body) {
    const QJsonDocument document = QJsonDocument::fromJson(body);
    const QJsonObject json =
        document.isArray() ? document.array().at(0).toObject() : document.object(); // Gemini sends an array
    for (const auto key : {"error"_L1, "detail"_L1, "message"_L1}) {
        if (QString words = wordsOf(json.value(key)); !words.isEmpty())
            return words;
    }
    return {};
}

Expected<void> ChatReplyReader::takeEvent(const QByteArray& data) {
    if (data.trimmed() == "[DONE]") {
        m_done = true;
        return {};
    }
    const QJsonDocument document = QJsonDocument::fromJson(data);
    if (!document.isObject())
        return notUnderstood(u"an event of the stream is no JSON object"_s);
    m_reply.streamed = true;
    return take(document.object(), "delta"_L1);
}

Expected<void> ChatReplyReader::takeWhole(const QByteArray& body) {
    const QJsonDocument document = QJsonDocument::fromJson(body);
    if (!document.isObject())
        return notUnderstood(u"the answer is no JSON object"_s);
    m_done = true;
    return take(document.object(), "message"_L1);
}

Expected<void> ChatReplyReader::take(const QJsonObject& json, QLatin1StringView part) {
    if (const QJsonValue error = json.value("error"_L1); !error.isUndefined() && !error.isNull())
        return fail(ErrorKind::Unavailable,
                    modelWords(QT_TRANSLATE_NOOP("LanguageModel", "The endpoint broke off: %1"))
                        .arg(wordsOf(error).isEmpty()
                                 ? modelWords(QT_TRANSLATE_NOOP("LanguageModel", "it gives no reason."))
                                 : wordsOf(error)));
    if (const QJsonObject usage = json.value("usage"_L1).toObject(); usage.contains("completion_tokens"_L1))
        m_reply.usage = TokenUse{qMax(qint64(0), usage.value("prompt_tokens"_L1).toInteger()),
                                 qMax(qint64(0), usage.value("completion_tokens"_L1).toInteger())};
    const QJsonArray choices = json.value("choices"_L1).toArray();
    if (choices.isEmpty())
        return {};
    const QJsonObject choice = choices.at(0).toObject();
    const QJsonObject piece = choice.value(part).toObject();
    m_any = true;
    m_reply.text += piece.value("content"_L1).toString();
    if (const QString reason = choice.value("finish_reason"_L1).toString(); !reason.isEmpty())
        m_reply.finishReason = reason;
    if (m_reply.text.size() > maxTextChars)
        return notUnderstood(u"more text than any answer needs"_s);
    return takeToolCalls(piece.value("tool_calls"_L1).toArray());
}

/// Pieces of one call share an index; servers that send whole calls at once may leave it out.
Expected<void> ChatReplyReader::takeToolCalls(const QJsonArray& calls) {
    for (const QJsonValue& value : calls) {
        const QJsonObject json = value.toObject();
        const QJsonObject function = json.value("function"_L1).toObject();
        const qint64 index = json.value("index"_L1).toInteger(static_cast<qint64>(m_reply.toolCalls.size()));
        if (index < 0 || index > static_cast<qint64>(m_reply.toolCalls.size()) ||
            index >= static_cast<qint64>(maxToolCalls))
            return notUnderstood(u"tool calls out of order, or too many"_s);
        if (index == static_cast<qint64>(m_reply.toolCalls.size()))
            m_reply.toolCalls.push_back({});
        ModelToolCall& call = m_reply.toolCalls[static_cast<std::size_t>(index)];
        if (const QString id = json.value("id"_L1).toString(); !id.isEmpty())
            call.id = id;
        call.name += function.value("name"_L1).toString();
        const QJsonValue arguments = function.value("arguments"_L1);
        call.arguments +=
            arguments.isObject()
                ? QString::fromUtf8(QJsonDocument(arguments.toObject()).toJson(QJsonDocument::Compact))
                : arguments.toString();
        if (call.name.size() + call.arguments.size() > maxTextChars)
            return notUnderstood(u"arguments of a tool call too long"_s);
    }
    return {};
}

Expected<ChatReply> ChatReplyReader::result() const {
    if (!m_any)
        return notUnderstood(u"no choice in the answer"_s);
    if (!m_done && m_reply.finishReason.isEmpty())
        return fail(
            ErrorKind::Protocol,
            modelWords(QT_TRANSLATE_NOOP("LanguageModel", "The endpoint's answer broke off in the middle.")));
    return m_reply;
}

} // namespace apex::backend
