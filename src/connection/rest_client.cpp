// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/rest_client.h"

#include "connection/http_answer.h"
#include "environment/tls.h"
#include "protocol/names.h"
#include "protocol/socket_ticket.h"

#include <QFile>
#include <QFileInfo>
#include <QNetworkRequest>
#include <QUrlQuery>

namespace apex::connection {

using namespace Qt::StringLiterals;
namespace path = protocol::names::path;

namespace {

constexpr int PageSize = 100; // the server's own limit (protocol.md 5.1)
constexpr int MaxPages = 500;
constexpr auto AnswerDeadline = std::chrono::milliseconds(30'000);
constexpr qint64 MaxAnswerBytes = 64 * 1024 * 1024;

QString segment(const QString& id) {
    return QString::fromLatin1(QUrl::toPercentEncoding(id));
}

QString threadPath(const ThreadId& thread) {
    return path::Threads + u'/' + segment(thread.toString());
}

/// Feeds the body of an answer to its decoder.
template <class T>
std::function<void(Expected<QByteArray>)> decoded(Expected<T> (*decode)(const QByteArray&),
                                                  std::function<void(Expected<T>)> done) {
    return [decode, done = std::move(done)](Expected<QByteArray> body) {
        if (body)
            done(decode(*body));
        else
            done(fail(body.error()));
    };
}

} // namespace

struct RestClient::Call {
    QByteArray verb;
    QUrl url;
    QByteArray body;
    QString uploadPath; ///< streamed instead of `body`
    std::function<void(qint64, qint64)> progress;
    QPointer<QObject> context;
    std::function<void(Body)> done;
    bool retried = false;

    void finish(Body result) {
        if (context)
            done(std::move(result));
    }
};

RestClient::RestClient(environment::Profile profile, TokenSource tokens, QNetworkAccessManager& network,
                       QObject* parent)
    : QObject(parent), m_profile(std::move(profile)), m_tokens(std::move(tokens)), m_network(network) {
    if (!m_profile.caFile.isEmpty())
        m_tls = environment::tlsConfiguration(m_profile);
}

void RestClient::onTokenRefused(std::function<void()> refused) {
    m_refused = std::move(refused);
}

QUrl RestClient::url(const QString& path) const {
    QUrl base = m_profile.apiUrl;
    QString prefix = base.path(QUrl::FullyEncoded);
    while (prefix.endsWith(u'/'))
        prefix.chop(1);
    base.setPath(prefix + path, QUrl::TolerantMode);
    return base;
}

QUrl RestClient::identityUrl() const {
    if (m_profile.signIn != environment::SignInKind::Platform)
        return url(path::AuthMe);
    QUrl issuer = m_profile.issuer;
    issuer.setPath(path::AuthMe);
    return issuer;
}

QNetworkRequest RestClient::request(const QUrl& url, const Secret& token) const {
    QNetworkRequest made(url);
    if (!token.isEmpty())
        made.setRawHeader("Authorization", "Bearer " + token.reveal());
    made.setRawHeader("Accept", "application/json");
    made.setRawHeader("User-Agent", "apex-desktop/" APEX_VERSION);
    made.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::SameOriginRedirectPolicy);
    made.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    made.setTransferTimeout(static_cast<int>(AnswerDeadline.count()));
    if (m_tls && m_tls->has_value())
        made.setSslConfiguration(**m_tls);
    return made;
}

RestClient::CallPtr RestClient::makeCall(const QByteArray& verb, const QString& path, QObject* context,
                                         std::function<void(Body)> done) const {
    auto call = std::make_shared<Call>();
    call->verb = verb;
    call->url = url(path);
    call->context = context;
    call->done = std::move(done);
    return call;
}

void RestClient::run(const CallPtr& call) {
    if (m_tls && !m_tls->has_value()) {
        const Error error = m_tls->error();
        QMetaObject::invokeMethod(
            this, [call, error] { call->finish(fail(error)); }, Qt::QueuedConnection);
        return;
    }
    m_tokens(this, [this, call](Expected<Secret> token) {
        if (token)
            perform(call, *token);
        else
            call->finish(fail(token.error()));
    });
}

QNetworkReply* RestClient::dispatch(const CallPtr& call, const QNetworkRequest& request) {
    if (call->uploadPath.isEmpty())
        return m_network.sendCustomRequest(request, call->verb, call->body);
    auto file = std::make_unique<QFile>(call->uploadPath);
    if (!file->open(QIODevice::ReadOnly)) {
        call->finish(fail(ErrorKind::Storage,
                          tr("The file %1 could not be opened.").arg(QFileInfo(call->uploadPath).fileName()),
                          tr("Check that it still exists and that you may read it."), file->errorString()));
        return nullptr;
    }
    QNetworkReply* reply = m_network.sendCustomRequest(request, call->verb, file.get());
    file.release()->setParent(reply);
    if (call->progress)
        connect(reply, &QNetworkReply::uploadProgress, this, [call](qint64 sent, qint64 total) {
            if (call->context)
                call->progress(sent, total);
        });
    return reply;
}

void RestClient::perform(const CallPtr& call, const Secret& token) {
    QNetworkRequest made = request(call->url, token);
    if (!call->uploadPath.isEmpty())
        made.setHeader(QNetworkRequest::ContentTypeHeader, u"application/octet-stream"_s);
    else if (!call->body.isEmpty())
        made.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
    QNetworkReply* reply = dispatch(call, made);
    if (reply == nullptr)
        return;
    connect(reply, &QNetworkReply::downloadProgress, reply, [reply](qint64 received, qint64) {
        if (received > MaxAnswerBytes)
            reply->abort();
    });
    connect(reply, &QNetworkReply::finished, this, [this, call, reply] {
        reply->deleteLater();
        answered(call, *reply);
    });
}

void RestClient::answered(const CallPtr& call, QNetworkReply& reply) {
    const int status = statusOf(reply);
    if (status == 0) {
        call->finish(fail(transportError(reply)));
    } else if (status == 401 && !call->retried) {
        call->retried = true;
        if (m_refused)
            m_refused();
        run(call);
    } else if (status == 401) {
        refusedTwice(call);
    } else if (status >= 400) {
        Error error = protocol::decodeError(status, reply.readAll());
        if (const auto wait = retryAfterOf(reply); wait && error.action.isEmpty())
            error.action = tr("Try again in %1.").arg(durationText(*wait));
        call->finish(fail(error));
    } else if (status >= 300 || reply.error() != QNetworkReply::NoError) {
        call->finish(fail(transportError(reply)));
    } else {
        call->finish(reply.readAll());
    }
}

void RestClient::refusedTwice(const CallPtr& call) {
    // A 401 may also be this platform's 404 (protocol.md 5.5); only /auth/me can tell.
    m_tokens(this, [this, call](Expected<Secret> token) {
        if (!token) {
            call->finish(fail(token.error()));
            return;
        }
        probe(*token, this, [call](const ProbeAnswer& answer) {
            if (answer.verdict == ProbeAnswer::Verdict::Accepted)
                call->finish(fail(ErrorKind::NotFound, tr("The server does not know what was asked for."),
                                  tr("It may have been deleted elsewhere; reload the list."),
                                  u"http 401, sign-in is good"_s));
            else
                call->finish(fail(answer.error));
        });
    });
}

void RestClient::probe(const Secret& token, QObject* context, std::function<void(ProbeAnswer)> done) {
    QNetworkReply* reply = m_network.get(request(identityUrl(), token));
    const QPointer<QObject> alive(context);
    connect(reply, &QNetworkReply::finished, this, [this, reply, alive, done = std::move(done)] {
        reply->deleteLater();
        const int status = statusOf(*reply);
        if (status == 404 || status == 405)
            probeHealth(alive, done);
        else if (alive)
            done(probeAnswer(*reply));
    });
}

void RestClient::probeHealth(const QPointer<QObject>& context, std::function<void(ProbeAnswer)> done) {
    QNetworkReply* reply = m_network.get(request(url(path::Health), {}));
    connect(reply, &QNetworkReply::finished, this, [reply, context, done = std::move(done)] {
        reply->deleteLater();
        if (context)
            done(probeAnswer(*reply));
    });
}

void RestClient::listThreads(QObject* context, Done<std::vector<protocol::ThreadSummary>> done) {
    nextThreads(0, {}, context, std::move(done));
}

void RestClient::nextThreads(int offset, std::vector<protocol::ThreadSummary> sofar, QObject* context,
                             Done<std::vector<protocol::ThreadSummary>> done) {
    const auto page = [this, offset, sofar = std::move(sofar), context = QPointer<QObject>(context),
                       done](Expected<std::vector<protocol::ThreadSummary>> threads) mutable {
        if (!threads) {
            done(fail(threads.error()));
            return;
        }
        const bool isShort = threads->size() < PageSize || offset / PageSize + 1 >= MaxPages;
        for (protocol::ThreadSummary& thread : *threads) {
            if (!thread.archived)
                sofar.push_back(std::move(thread));
        }
        if (isShort)
            done(std::move(sofar));
        else
            nextThreads(offset + PageSize, std::move(sofar), context, done);
    };
    const CallPtr call =
        makeCall("GET", path::Threads, context,
                 decoded<std::vector<protocol::ThreadSummary>>(&protocol::decodeThreads, page));
    call->url.setQuery(u"limit=%1&offset=%2"_s.arg(PageSize).arg(offset));
    run(call);
}

void RestClient::createThread(const QString& title, QObject* context, Done<protocol::ThreadSummary> done) {
    const CallPtr call = makeCall("POST", path::Threads, context,
                                  decoded<protocol::ThreadSummary>(&protocol::decodeThread, std::move(done)));
    call->body = protocol::encodeCreateThread(title);
    run(call);
}

void RestClient::renameThread(const ThreadId& thread, const QString& title, QObject* context,
                              Done<protocol::ThreadSummary> done) {
    const CallPtr call = makeCall("PUT", threadPath(thread), context,
                                  decoded<protocol::ThreadSummary>(&protocol::decodeThread, std::move(done)));
    call->body = protocol::encodeRename(title);
    run(call);
}

void RestClient::archiveThread(const ThreadId& thread, QObject* context, Done<void> done) {
    run(makeCall("DELETE", threadPath(thread), context, [done = std::move(done)](const Body& body) {
        if (body)
            done({});
        else
            done(fail(body.error()));
    }));
}

void RestClient::listMessages(const ThreadId& thread, QObject* context,
                              Done<std::vector<protocol::StoredMessage>> done) {
    nextMessages(thread, 0, {}, context, std::move(done));
}

void RestClient::nextMessages(const ThreadId& thread, int offset, std::vector<protocol::StoredMessage> sofar,
                              QObject* context, Done<std::vector<protocol::StoredMessage>> done) {
    const auto page = [this, thread, offset, sofar = std::move(sofar), context = QPointer<QObject>(context),
                       done](Expected<protocol::MessagePage> answer) mutable {
        if (!answer) {
            done(fail(answer.error()));
            return;
        }
        const auto count = static_cast<int>(answer->messages.size());
        std::move(answer->messages.begin(), answer->messages.end(), std::back_inserter(sofar));
        const bool isAll = answer->total && offset + count >= *answer->total;
        if (isAll || count < PageSize || offset / PageSize + 1 >= MaxPages)
            done(std::move(sofar));
        else
            nextMessages(thread, offset + PageSize, std::move(sofar), context, done);
    };
    const CallPtr call = makeCall("GET", threadPath(thread) + path::MessagesSuffix, context,
                                  decoded<protocol::MessagePage>(&protocol::decodeMessages, page));
    call->url.setQuery(u"limit=%1&offset=%2"_s.arg(PageSize).arg(offset));
    run(call);
}

void RestClient::uploadFile(const QString& file, const QString& name, const protocol::ColumnMap& columns,
                            QObject* context, std::function<void(qint64, qint64)> progress,
                            Done<FileId> done) {
    const CallPtr call =
        makeCall("POST", path::Files, context, decoded<FileId>(&protocol::decodeFileUpload, std::move(done)));
    QUrlQuery query;
    query.addQueryItem(u"name"_s, QString::fromLatin1(QUrl::toPercentEncoding(name)));
    if (!columns.isEmpty())
        query.addQueryItem(protocol::names::field::Columns,
                           QString::fromLatin1(
                               QUrl::toPercentEncoding(QString::fromUtf8(protocol::encodeColumns(columns)))));
    call->url.setQuery(query);
    call->uploadPath = file;
    call->progress = std::move(progress);
    run(call);
}

void RestClient::previewFile(const QString& name, const QByteArray& head, QObject* context,
                             Done<protocol::FilePreview> done) {
    const CallPtr call =
        makeCall("POST", path::FilePreview, context,
                 decoded<protocol::FilePreview>(&protocol::decodeFilePreview, std::move(done)));
    QUrlQuery query;
    query.addQueryItem(u"name"_s, QString::fromLatin1(QUrl::toPercentEncoding(name)));
    call->url.setQuery(query);
    call->body = head;
    run(call);
}

void RestClient::socketTicket(QObject* context, Done<Secret> done) {
    run(makeCall("POST", path::WebSocketTicket, context,
                 decoded<Secret>(&protocol::decodeSocketTicket, std::move(done))));
}

} // namespace apex::connection
