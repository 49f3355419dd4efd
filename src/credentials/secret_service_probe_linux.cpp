// SPDX-License-Identifier: GPL-3.0-or-later
#include "credentials/secret_service_probe.h"
#include "environment/desktop_session.h"

#include <QCoreApplication>
#include <QDBusConnection>
#include <QDBusConnectionInterface>
#include <QDBusMessage>
#include <QDBusObjectPath>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>

#include <atomic>

namespace apex::credentials {

namespace {

using namespace Qt::StringLiterals;

// Interface names of the Secret Service API 0.2 (freedesktop.org).
constexpr QStringView service = u"org.freedesktop.secrets";
constexpr QStringView root = u"/org/freedesktop/secrets";
constexpr QStringView serviceInterface = u"org.freedesktop.Secret.Service";
constexpr QStringView collectionInterface = u"org.freedesktop.Secret.Collection";
constexpr QStringView sessionCollection = u"/org/freedesktop/secrets/collection/session";
constexpr int answerTimeoutMs = 10'000;

/// One question to the Secret Service over a connection of its own: the shared one stays broken once its bus
/// is gone.
class Probe final : public QObject {
public:
    Probe(QObject* context, std::function<void(StoreCondition)> done)
        : QObject(context), m_done(std::move(done)),
          m_name(u"apex-secret-service-%1"_s.arg(counter.fetch_add(1))),
          m_bus(QDBusConnection::connectToBus(QDBusConnection::SessionBus, m_name)) {}

    ~Probe() override { QDBusConnection::disconnectFromBus(m_name); }

    void start() {
        if (!m_bus.isConnected()) {
            answer(StoreCondition::Kind::Unreachable, u"no session bus: "_s + m_bus.lastError().message());
            return;
        }
        if (answeredByKWallet()) {
            answer(StoreCondition::Kind::Open, u"KWallet"_s);
            return;
        }
        QDBusMessage question = QDBusMessage::createMethodCall(service.toString(), root.toString(),
                                                               serviceInterface.toString(), u"ReadAlias"_s);
        question << u"default"_s;
        ask(question, [this](const QDBusMessage& reply) {
            const auto path = reply.arguments().value(0).value<QDBusObjectPath>().path();
            if (path.isEmpty() || path == u"/"_s)
                askCollections();
            else
                askLocked({path}, false);
        });
    }

private:
    /// QtKeychain goes to KWallet on such desktops if its daemon can be had, and KWallet's answers can be
    /// believed.
    bool answeredByKWallet() {
        if (!environment::desktopPrefersKWallet() || !m_bus.interface())
            return false;
        const QString daemon = u"org.kde.kwalletd5"_s;
        if (m_bus.interface()->isServiceRegistered(daemon).value())
            return true;
        const QDBusReply<QStringList> activatable = m_bus.interface()->activatableServiceNames();
        return activatable.value().contains(daemon);
    }

    void askCollections() {
        ask(property(root.toString(), serviceInterface, u"Collections"_s), [this](const QDBusMessage& reply) {
            const auto variant = reply.arguments().value(0).value<QDBusVariant>().variant();
            QStringList paths;
            for (const QDBusObjectPath& path : qdbus_cast<QList<QDBusObjectPath>>(variant)) {
                if (path.path() != sessionCollection)
                    paths.append(path.path());
            }
            askLocked(paths, true);
        });
    }

    /// Locked if any of these collections is: the entry may be in it.
    void askLocked(QStringList paths, bool withoutDefault) {
        if (paths.isEmpty()) {
            answer(withoutDefault ? StoreCondition::Kind::NoCollection : StoreCondition::Kind::Open,
                   withoutDefault ? u"no default collection"_s : QString());
            return;
        }
        const QString path = paths.takeFirst();
        ask(property(path, collectionInterface, u"Locked"_s),
            [this, path, paths, withoutDefault](const QDBusMessage& reply) {
                if (reply.arguments().value(0).value<QDBusVariant>().variant().toBool())
                    answer(StoreCondition::Kind::Locked, u"locked: "_s + path);
                else
                    askLocked(paths, withoutDefault);
            });
    }

    static QDBusMessage property(const QString& path, QStringView interface, const QString& name) {
        QDBusMessage question = QDBusMessage::createMethodCall(
            service.toString(), path, u"org.freedesktop.DBus.Properties"_s, u"Get"_s);
        question << interface.toString() << name;
        return question;
    }

    void ask(const QDBusMessage& question, std::function<void(const QDBusMessage&)> next) {
        auto* watcher = new QDBusPendingCallWatcher(m_bus.asyncCall(question, answerTimeoutMs), this);
        connect(watcher, &QDBusPendingCallWatcher::finished, this,
                [this, next = std::move(next)](QDBusPendingCallWatcher* finished) {
                    finished->deleteLater();
                    if (finished->isError())
                        answer(StoreCondition::Kind::Unreachable,
                               finished->error().name() + u": "_s + finished->error().message());
                    else
                        next(finished->reply());
                });
    }

    void answer(StoreCondition::Kind kind, const QString& details) {
        deleteLater();
        m_done({kind, details});
    }

    // Connection names are process-wide in Qt, so their numbers are too.
    // NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
    static inline std::atomic<int> counter{0};
    std::function<void(StoreCondition)> m_done;
    QString m_name;
    QDBusConnection m_bus;
};

} // namespace

void probeStore(QObject* context, std::function<void(StoreCondition)> done) {
    auto* probe = new Probe(context, std::move(done));
    QMetaObject::invokeMethod(
        probe, [probe] { probe->start(); }, Qt::QueuedConnection);
}

QString platformStoreName() {
    return environment::desktopPrefersKWallet()
               ? QCoreApplication::translate("apex::credentials", "KDE wallet")
               : QCoreApplication::translate("apex::credentials", "keyring (Secret Service)");
}

} // namespace apex::credentials
