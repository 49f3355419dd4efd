// SPDX-License-Identifier: GPL-3.0-or-later
#include "environment/local_backend.h"

#include "base/logging.h"
#include "environment/backend_process.h"

#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkProxy>
#include <QNetworkReply>
#include <QPointer>
#include <QTimer>

namespace apex::environment {

namespace {

constexpr int probeTimeoutMs = 3000;
constexpr int joinAttempts = 8;
constexpr auto joinPause = std::chrono::milliseconds(400);

struct Waiter {
    Profile profile;
    QPointer<QObject> context;
    LocalBackend::Resolved done;
};

Profile filled(Profile profile, const Announcement& announcement) {
    profile.apiUrl = announcement.baseUrl;
    profile.socketUrl = announcement.socketUrl;
    profile.issuer = announcement.issuer;
    return profile;
}

QUrl healthUrl(const QUrl& base) {
    QUrl url = base;
    QString path = url.path();
    if (path.endsWith(u'/'))
        path.chop(1);
    url.setPath(path + QStringLiteral("/health"));
    return url;
}

enum class Health {
    Good,
    Gone, ///< nobody is there, or somebody else
    Mute, ///< the connection is taken, but nothing is said
};

/// A process that took over the port of a dead backend must not be taken for it.
Health healthOf(QNetworkReply& reply, qint64 pid) {
    // Qt reports its own transfer timeout as this.
    if (reply.error() == QNetworkReply::OperationCanceledError)
        return Health::Mute;
    if (reply.error() != QNetworkReply::NoError ||
        reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt() != 200)
        return Health::Gone;
    const QJsonObject body = QJsonDocument::fromJson(reply.read(64 * 1024)).object();
    const QJsonValue said = body.value(u"pid");
    const bool ours = body.value(u"service").toString() == QStringLiteral("apex-backend") &&
                      (said.isUndefined() || said.toInteger() == pid);
    return ours ? Health::Good : Health::Gone;
}

Error muteBackend(const Announcement& announcement, const QString& dataFolder) {
    Error error = makeError(
        ErrorKind::Timeout,
        LocalBackend::tr("The local backend runs (process %1), but does not answer.").arg(announcement.pid),
        LocalBackend::tr("Wait a moment and try again. If it stays so, end that process; its log is %1.")
            .arg(QDir::toNativeSeparators(backendLog(dataFolder))),
        QStringLiteral("no answer from %1 within %2 s")
            .arg(announcement.baseUrl.toString())
            .arg(probeTimeoutMs / 1000));
    error.kept = LocalBackend::tr("What was stored before is kept.");
    return error;
}

} // namespace

struct LocalBackend::State {
    explicit State(LocalBackend& backend) : owner(backend) { network.setProxy(QNetworkProxy::NoProxy); }

    void begin();
    void join(int attemptsLeft, const std::optional<Error>& startError);
    void probe(const Announcement& announcement, std::function<void(Health)> done);
    void startOwn();
    void afterFailedProbe(int attemptsLeft, const std::optional<Error>& startError);
    void finish(const Expected<Announcement>& result);

    LocalBackend& owner;
    QString program;
    QString dataFolder;
    QNetworkAccessManager network;
    BackendProcess* process = nullptr;
    std::optional<Announcement> running; ///< of our child, once it has announced itself
    std::vector<Waiter> waiters;
    std::optional<Announcement> last; ///< of the backend resolved last
    qint64 mutePid = 0;               ///< of a backend that took the connection and said nothing
    bool busy = false;
};

void LocalBackend::State::begin() {
    busy = true;
    mutePid = 0;
    if (running)
        finish(*running);
    else
        join(1, std::nullopt);
}

/// Looks for a running backend; `startError` is set if our own start failed, perhaps because another one
/// holds the lock.
void LocalBackend::State::join(int attemptsLeft, const std::optional<Error>& startError) {
    const auto announcement = readAnnouncementFile(dataFolder);
    if (!announcement) {
        afterFailedProbe(attemptsLeft, startError);
        return;
    }
    // It was mute, and it holds the folder: asking again only makes the person wait.
    if (startError && mutePid == announcement->pid) {
        finish(fail(muteBackend(*announcement, dataFolder)));
        return;
    }
    probe(*announcement, [this, announcement, attemptsLeft, startError](Health health) {
        if (health == Health::Good) {
            finish(*announcement);
        } else if (startError && health == Health::Mute) {
            finish(fail(muteBackend(*announcement, dataFolder)));
        } else {
            mutePid = health == Health::Mute ? announcement->pid : 0;
            afterFailedProbe(attemptsLeft, startError);
        }
    });
}

void LocalBackend::State::afterFailedProbe(int attemptsLeft, const std::optional<Error>& startError) {
    if (!startError) {
        startOwn();
        return;
    }
    if (attemptsLeft <= 1) {
        finish(fail(*startError));
        return;
    }
    QTimer::singleShot(joinPause, &owner,
                       [this, attemptsLeft, startError] { join(attemptsLeft - 1, startError); });
}

void LocalBackend::State::probe(const Announcement& announcement, std::function<void(Health)> done) {
    QNetworkRequest request(healthUrl(announcement.baseUrl));
    request.setTransferTimeout(probeTimeoutMs);
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    QNetworkReply* reply = network.get(request);
    const qint64 pid = announcement.pid;
    QObject::connect(reply, &QNetworkReply::finished, &owner, [reply, pid, done = std::move(done)] {
        reply->deleteLater();
        done(healthOf(*reply, pid));
    });
}

void LocalBackend::State::startOwn() {
    process = new BackendProcess(program, dataFolder, &owner);
    QObject::connect(process, &BackendProcess::announced, &owner, [this](const Announcement& announcement) {
        running = announcement;
        finish(announcement);
    });
    QObject::connect(process, &BackendProcess::failed, &owner, [this](const Error& error, bool exitedEarly) {
        process->deleteLater();
        process = nullptr;
        if (exitedEarly)
            join(joinAttempts, error);
        else
            finish(fail(error));
    });
    QObject::connect(process, &BackendProcess::died, &owner, [this](const Error& error) {
        process->deleteLater();
        process = nullptr;
        running.reset();
        qCWarning(logBackend).noquote() << error.forSupport();
        Q_EMIT owner.died(error);
    });
    process->start();
}

void LocalBackend::State::finish(const Expected<Announcement>& result) {
    busy = false;
    if (result)
        last = *result;
    const std::vector<Waiter> answered = std::exchange(waiters, {});
    for (const Waiter& waiter : answered) {
        if (!waiter.context)
            continue;
        Expected<Profile> answer = result.map(
            [&waiter](const Announcement& announcement) { return filled(waiter.profile, announcement); });
        QMetaObject::invokeMethod(
            waiter.context, [done = waiter.done, answer = std::move(answer)] { done(answer); },
            Qt::QueuedConnection);
    }
}

LocalBackend::LocalBackend(QString program, QString dataFolder, QObject* parent)
    : QObject(parent), m_state(std::make_unique<State>(*this)) {
    m_state->program = std::move(program);
    m_state->dataFolder = std::move(dataFolder);
}

LocalBackend::~LocalBackend() {
    delete m_state->process;
}

void LocalBackend::resolve(const Profile& profile, QObject* context, Resolved done) {
    if (profile.backend == BackendKind::Remote) {
        QMetaObject::invokeMethod(
            context, [profile, done = std::move(done)] { done(profile); }, Qt::QueuedConnection);
        return;
    }
    m_state->waiters.push_back({profile, context, std::move(done)});
    if (!m_state->busy)
        m_state->begin();
}

void LocalBackend::check(QObject* context, Checked done) {
    const QPointer<QObject> guard(context);
    if (!m_state->last) {
        QMetaObject::invokeMethod(
            context, [done = std::move(done)] { done({}); }, Qt::QueuedConnection);
        return;
    }
    const Announcement asked = *m_state->last;
    m_state->probe(asked, [this, guard, asked, done = std::move(done)](Health health) {
        if (!guard)
            return;
        if (health == Health::Good)
            done({});
        else if (health == Health::Mute)
            done(fail(muteBackend(asked, m_state->dataFolder)));
        else
            done(fail(ErrorKind::Unavailable, tr("The local backend is not running any more."),
                      tr("It is started again; its log is %1.")
                          .arg(QDir::toNativeSeparators(backendLog(m_state->dataFolder)))));
    });
}

QString backendLog(const QString& dataFolder) {
    return QDir(dataFolder).filePath(QStringLiteral("apex-serve.log"));
}

bool LocalBackend::isOurs() const {
    return m_state->running.has_value();
}

} // namespace apex::environment
