// SPDX-License-Identifier: GPL-3.0-or-later
#include "integration/backend_server/backend_client.h"

#include <QEventLoop>
#include <QNetworkReply>
#include <QRegularExpression>
#include <QTcpSocket>

#include <semaphore>

namespace apex::test {

using namespace apex::backend;
using namespace Qt::StringLiterals;

namespace {

QJsonObject frame(const RunRequest& request, const QString& type, const QJsonObject& more = {}) {
    QJsonObject object{{"type"_L1, type},
                       {"run_id"_L1, request.run.toString()},
                       {"thread_id"_L1, request.thread.toString()},
                       {"user_id"_L1, request.user.toString()},
                       {"agent_name"_L1, "supervisor"_L1}};
    for (auto it = more.begin(); it != more.end(); ++it)
        object.insert(it.key(), it.value());
    return object;
}

RunOutcome completed(const RunRequest& request, const FrameSink& emitFrame, const QString& answer) {
    emitFrame(frame(request, u"agent_completed"_s, {{"final_response"_L1, answer}}));
    return {RunEnd::Completed, answer, {{"report_type"_L1, "guidance"_L1}}};
}

QString fileSummary(const RunRequest& request) {
    QStringList lines;
    for (const AttachedFile& attached : request.files) {
        QFile file(attached.path);
        if (!file.open(QIODevice::ReadOnly))
            return u"unreadable"_s;
        lines.append(
            u"%1:%2:%3"_s.arg(attached.name).arg(attached.sizeBytes).arg(QString::fromUtf8(file.readAll())));
    }
    return lines.join(u'|');
}

QString hiddenField(const QByteArray& html, const QString& name) {
    const QRegularExpression field(u"name=\"%1\" value=\"([^\"]*)\""_s.arg(name));
    return field.match(QString::fromUtf8(html)).captured(1);
}

} // namespace

QByteArray Answer::header(const QByteArray& name) const {
    for (const auto& [key, value] : headers) {
        if (key.compare(name, Qt::CaseInsensitive) == 0)
            return value;
    }
    return {};
}

RunningServer::RunningServer(const QString& dataDir, const std::function<void(ServerOptions&)>& change) {
    ServerOptions options;
    options.dataDir = dataDir;
    options.suggestedName = u"Tester"_s;
    options.run = [this](const RunRequest& request, const FrameSink& emitFrame, std::stop_token stop,
                         const Clock&) {
        RunOutcome outcome = run(request, emitFrame, stop);
        ++finishedRuns;
        return outcome;
    };
    if (change)
        change(options);
    std::promise<Expected<Announcement>> started;
    m_thread = std::thread([this, &started, options = std::move(options)]() mutable {
        Server server(std::move(options));
        auto announcement = server.start();
        const bool ok = announcement.has_value();
        m_active = &server;
        started.set_value(std::move(announcement));
        if (ok)
            server.run();
    });
    m_announcement = started.get_future().get();
    if (!m_announcement)
        m_thread.join();
}

void RunningServer::stop() {
    if (!m_thread.joinable())
        return;
    // A test that failed early may have left runs at the gate.
    gate.release(8);
    m_active.load()->requestStop();
    m_thread.join();
}

RunOutcome RunningServer::run(const RunRequest& request, const FrameSink& emitFrame,
                              const std::stop_token& stop) {
    earlierSeen = static_cast<int>(request.history.size());
    const QStringList words = request.text.split(u' ');
    emitFrame(frame(request, u"agent_started"_s));
    if (words.front() == "throw"_L1)
        throw std::runtime_error("boom");
    if (words.front() == "gate"_L1)
        gate.acquire();
    if (words.front() == "wait"_L1) {
        std::binary_semaphore asked{0};
        const std::stop_callback wake(stop, [&asked] { asked.release(); });
        asked.acquire();
        emitFrame(frame(request, u"agent_stopped"_s));
        return {RunEnd::Stopped, u"Stopped."_s, {}};
    }
    if (words.front() == "flood"_L1) {
        const QString thought(words.at(2).toInt(), words.value(3, u"x"_s).front());
        for (int i = 0; i < words.at(1).toInt(); ++i)
            emitFrame(frame(request, u"agent_thinking"_s,
                            {{"step"_L1, i}, {"pad"_L1, QString(i, u'x')}, {"reasoning"_L1, thought}}));
    }
    emitFrame(frame(request, u"agent_thinking"_s, {{"reasoning"_L1, "thinking about it"_L1}}));
    if (words.front() == "linger"_L1) {
        RunOutcome outcome = completed(request, emitFrame, u"Late"_s);
        gate.acquire();
        return outcome;
    }
    return completed(request, emitFrame,
                     words.front() == "files"_L1 ? fileSummary(request) : u"Hi **there**"_s);
}

Answer Client::send(const QByteArray& method, const QString& path, const QByteArray& body,
                    const QByteArray& contentType, const QString& token,
                    const QList<std::pair<QByteArray, QByteArray>>& headers) {
    QNetworkRequest request(QUrl(m_server.url(path)));
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setTransferTimeout(20'000);
    if (!contentType.isEmpty())
        request.setHeader(QNetworkRequest::ContentTypeHeader, contentType);
    if (!token.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + token.toLatin1());
    for (const auto& [name, value] : headers)
        request.setRawHeader(name, value);
    QNetworkReply* reply = m_network.sendCustomRequest(request, method, body);
    QEventLoop loop;
    QObject::connect(reply, &QNetworkReply::finished, &loop, &QEventLoop::quit);
    loop.exec();
    Answer answer{reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(), reply->readAll(),
                  reply->rawHeaderPairs()};
    reply->deleteLater();
    return answer;
}

Answer Client::postJson(const QString& path, const QJsonObject& body, const QString& token) {
    return send("POST", path, QJsonDocument(body).toJson(), "application/json", token);
}

Answer Client::postForm(const QString& path, const QUrlQuery& form) {
    return send("POST", path, form.query(QUrl::FullyEncoded).toLatin1(), "application/x-www-form-urlencoded");
}

QString Client::authorizePath() const {
    const QUrlQuery query{{u"response_type"_s, u"code"_s},
                          {u"client_id"_s, u"apex-desktop"_s},
                          {u"redirect_uri"_s, redirectUri()},
                          {u"state"_s, u"0123456789"_s},
                          {u"code_challenge"_s, u"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"_s},
                          {u"code_challenge_method"_s, u"S256"_s}};
    return u"/oauth/authorize?"_s + query.query(QUrl::FullyEncoded);
}

Answer Client::decide(const QUrlQuery& fields) {
    const Answer page = get(authorizePath());
    QUrlQuery form = fields;
    form.addQueryItem(u"request"_s, hiddenField(page.body, u"request"_s));
    form.addQueryItem(u"form_token"_s, hiddenField(page.body, u"form_token"_s));
    return postForm(u"/oauth/authorize"_s, form);
}

Tokens Client::signIn(const QString& name) {
    const Answer decided =
        decide({{u"account"_s, u"new"_s}, {u"new_name"_s, name}, {u"decision"_s, u"allow"_s}});
    const QUrlQuery sent(QUrl::fromEncoded(decided.header("Location")));
    const Answer tokens =
        postForm(u"/oauth/token"_s, {{u"grant_type"_s, u"authorization_code"_s},
                                     {u"client_id"_s, u"apex-desktop"_s},
                                     {u"code"_s, sent.queryItemValue(u"code"_s)},
                                     {u"redirect_uri"_s, redirectUri()},
                                     {u"code_verifier"_s, QString::fromLatin1(verifier())}});
    return {tokens.object().value("access_token"_L1).toString(),
            tokens.object().value("refresh_token"_L1).toString()};
}

ChatProbe::ChatProbe(const RunningServer& server, const QString& token, const QString& extra) {
    connect(&m_socket, &QWebSocket::textMessageReceived, this, [this](const QString& text) {
        m_frames.append(QJsonDocument::fromJson(text.toUtf8()).object());
    });
    connect(&m_socket, &QWebSocket::disconnected, this, [this] { m_closed = true; });
    QNetworkRequest request(QUrl(server.socketUrl() + extra));
    if (!token.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + token.toLatin1());
    m_socket.open(request);
}

void ChatProbe::send(const QString& type, const QJsonObject& payload) {
    const QJsonObject object{{"type"_L1, type}, {"payload"_L1, payload}};
    m_socket.sendTextMessage(QString::fromUtf8(QJsonDocument(object).toJson(QJsonDocument::Compact)));
}

QList<QJsonObject> ChatProbe::ofType(const QString& type) const {
    QList<QJsonObject> found;
    for (const QJsonObject& object : m_frames) {
        if (object.value("type"_L1).toString() == type)
            found.append(object);
    }
    return found;
}

QStringList ChatProbe::types() const {
    QStringList names;
    for (const QJsonObject& object : m_frames)
        names.append(object.value("type"_L1).toString());
    return names;
}

QByteArray rawExchange(quint16 port, const QByteArray& request) {
    QTcpSocket socket;
    socket.connectToHost(u"127.0.0.1"_s, port);
    if (!socket.waitForConnected(5000))
        return {};
    socket.write(request);
    QByteArray answer;
    while (!answer.contains("\r\n\r\n") && socket.waitForReadyRead(5000))
        answer += socket.readAll();
    return answer;
}

QByteArray upgradeRequest(quint16 port, const QByteArray& headerLines, const QByteArray& target) {
    QByteArray request = "GET " + target +
                         " HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    if (!headerLines.contains("Host:"))
        request += "Host: 127.0.0.1:" + QByteArray::number(port) + "\r\n";
    return request + headerLines + "\r\n";
}

QByteArray statusLine(const QByteArray& answer) {
    return answer.left(answer.indexOf('\r'));
}

QString createdThread(const ChatProbe& probe) {
    return probe.ofType(u"thread_created"_s)
        .value(0)
        .value("payload"_L1)
        .toObject()
        .value("thread_id"_L1)
        .toString();
}

} // namespace apex::test
