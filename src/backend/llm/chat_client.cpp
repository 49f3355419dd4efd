// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/llm/chat_client.h"

#include "backend/llm/model_words.h"
#include "backend/llm/sse_reader.h"

#include <QEventLoop>
#include <QJsonDocument>
#include <QNetworkAccessManager>
#include <QNetworkProxyFactory>
#include <QNetworkReply>
#include <QTimer>

#include <memory>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype maxBodyBytes = 4 * 1024 * 1024;

/// The system's proxies for the endpoint, none on the way to this computer.
class EndpointProxies final : public QNetworkProxyFactory {
public:
    explicit EndpointProxies(bool direct) : m_direct(direct) {}
    QList<QNetworkProxy> queryProxy(const QNetworkProxyQuery& query) override {
        return m_direct ? QList{QNetworkProxy(QNetworkProxy::NoProxy)} : systemProxyForQuery(query);
    }

private:
    bool m_direct;
};

/// What has come of one answer.
class Incoming {
public:
    /// Takes bytes; false once nothing more is of use.
    bool take(const QByteArray& bytes, bool isStream) {
        if (!isStream) {
            m_body += bytes;
            return m_body.size() <= maxBodyBytes;
        }
        for (const QByteArray& event : m_events.feed(bytes))
            note(m_reply.takeEvent(event));
        if (m_events.tooLong())
            note(fail(ErrorKind::Protocol,
                      modelWords(QT_TRANSLATE_NOOP("LanguageModel", "The endpoint sent an endless event."))));
        return !m_error && !m_reply.isDone();
    }
    [[nodiscard]] Expected<ChatReply> result(bool isStream) {
        if (!isStream)
            note(m_reply.takeWhole(m_body));
        else if (const QByteArray rest = m_events.finish(); !rest.isEmpty() && !m_reply.isDone())
            note(m_reply.takeEvent(rest));
        return m_error ? fail(*m_error) : m_reply.result();
    }
    [[nodiscard]] const QByteArray& body() const { return m_body; }
    [[nodiscard]] bool isDone() const { return m_reply.isDone() || m_error; }

private:
    void note(const Expected<void>& done) {
        if (!done && !m_error)
            m_error = done.error();
    }
    SseReader m_events;
    ChatReplyReader m_reply;
    QByteArray m_body;
    std::optional<Error> m_error;
};

bool isStream(const QNetworkReply& reply) {
    return reply.header(QNetworkRequest::ContentTypeHeader)
        .toString()
        .startsWith("text/event-stream"_L1, Qt::CaseInsensitive);
}

int statusOf(const QNetworkReply& reply) {
    return reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
}

ErrorKind kindOf(int status, const QByteArray& body) {
    if (status == 401 || status == 403)
        return ErrorKind::Authentication;
    if (status == 404)
        return ErrorKind::NotFound;
    if (status == 413 || (status == 400 && body.contains("context") && body.contains("length")))
        return ErrorKind::TooLarge;
    return status == 429 || status >= 500 ? ErrorKind::Unavailable : ErrorKind::InvalidInput;
}

Error statusError(int status, const QByteArray& body, const ModelAccess& access) {
    QString words = endpointMessage(body);
    if (!access.key.isEmpty()) // some endpoints repeat the key they refuse
        words.replace(QString::fromUtf8(access.key.reveal()), u"[secret]"_s);
    return makeError(
        kindOf(status, body),
        words.isEmpty()
            ? modelWords(QT_TRANSLATE_NOOP("LanguageModel", "%1 answered with HTTP status %2."))
                  .arg(access.settings.host())
                  .arg(status)
            : modelWords(QT_TRANSLATE_NOOP("LanguageModel", "%1 answered with HTTP status %2: %3"))
                  .arg(access.settings.host())
                  .arg(status)
                  .arg(words));
}

Error wayError(const QNetworkReply& reply, const QString& host) {
    const bool untrusted = reply.error() == QNetworkReply::SslHandshakeFailedError;
    return makeError(untrusted ? ErrorKind::Tls : ErrorKind::Network,
                     (untrusted ? modelWords(QT_TRANSLATE_NOOP(
                                      "LanguageModel", "The secure channel to %1 could not be trusted."))
                                : modelWords(QT_TRANSLATE_NOOP(
                                      "LanguageModel", "%1 could not be reached, or the connection broke.")))
                         .arg(host),
                     {}, reply.errorString());
}

QNetworkRequest requestFor(const ModelAccess& access) {
    QUrl url = access.settings.base;
    url.setPath(url.path() + u"/chat/completions"_s);
    QNetworkRequest request(url);
    request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    request.setRawHeader("Accept", "text/event-stream, application/json");
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    if (!access.key.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + access.key.reveal());
    return request;
}

} // namespace

Expected<ChatReply> ChatClient::ask(const ChatRequest& request, std::chrono::milliseconds limit,
                                    std::stop_token stop) const {
    QJsonObject json{{"model"_L1, m_access.settings.model},
                     {"messages"_L1, request.messages},
                     {"stream"_L1, true},
                     {"stream_options"_L1, QJsonObject{{"include_usage"_L1, true}}},
                     {"max_tokens"_L1, request.mostTokens}};
    if (!request.tools.isEmpty())
        json["tools"_L1] = request.tools;
    auto reply = askOnce(QJsonDocument(json).toJson(QJsonDocument::Compact), limit, stop);
    // Endpoints name what they do not know; asked once more without it, they answer.
    for (const auto key : {"stream_options"_L1, "max_tokens"_L1}) {
        if (!reply && reply.error().kind == ErrorKind::InvalidInput && reply.error().happened.contains(key)) {
            json.remove(key);
            reply = askOnce(QJsonDocument(json).toJson(QJsonDocument::Compact), limit, stop);
        }
    }
    return reply;
}

Expected<ChatReply> ChatClient::askOnce(const QByteArray& body, std::chrono::milliseconds limit,
                                        const std::stop_token& stop) const {
    QNetworkAccessManager network;
    network.setProxyFactory(new EndpointProxies(m_access.settings.staysOnThisComputer()));
    QEventLoop loop;
    Incoming incoming;
    const std::unique_ptr<QNetworkReply> reply(network.post(requestFor(m_access), body));
    const auto take = [&] {
        const bool stream = isStream(*reply) && statusOf(*reply) == 200;
        if (!incoming.take(reply->readAll(), stream))
            loop.quit();
    };
    QObject::connect(reply.get(), &QIODevice::readyRead, &loop, take);
    QObject::connect(reply.get(), &QNetworkReply::finished, &loop, &QEventLoop::quit);
    bool late = false;
    QTimer::singleShot(limit, &loop, [&] {
        late = true;
        loop.quit();
    });
    {
        const std::stop_callback onStop(
            stop, [&loop] { QMetaObject::invokeMethod(&loop, &QEventLoop::quit, Qt::QueuedConnection); });
        if (!reply->isFinished())
            loop.exec();
    }
    reply->disconnect(&loop);
    if (stop.stop_requested())
        return fail(ErrorKind::Cancelled,
                    modelWords(QT_TRANSLATE_NOOP("LanguageModel", "The model was stopped.")));
    if (late)
        return fail(
            ErrorKind::Timeout,
            modelWords(QT_TRANSLATE_NOOP("LanguageModel", "%1 did not answer within the time limit of %2 s."))
                .arg(m_access.settings.host())
                .arg(m_access.settings.timeLimit.count()));
    const int status = statusOf(*reply);
    if (status != 0 && status != 200) {
        static_cast<void>(incoming.take(reply->readAll(), false));
        return fail(statusError(status, incoming.body(), m_access));
    }
    const bool stream = isStream(*reply);
    if (!incoming.isDone() && reply->error() != QNetworkReply::NoError)
        return fail(wayError(*reply, m_access.settings.host()));
    if (reply->isReadable() && !incoming.isDone())
        static_cast<void>(incoming.take(reply->readAll(), stream));
    return incoming.result(stream);
}

} // namespace apex::backend
