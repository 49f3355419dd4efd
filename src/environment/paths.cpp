// SPDX-License-Identifier: GPL-3.0-or-later
#include "environment/paths.h"

#include "environment/profile.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>
#include <QStandardPaths>

namespace apex::environment {

namespace {

struct PathsWords {
    Q_DECLARE_TR_FUNCTIONS(apex::environment::Paths)
};

QString hashOf(const QString& text, int digits) {
    const QByteArray hash = QCryptographicHash::hash(text.toUtf8(), QCryptographicHash::Sha256).toHex();
    return QString::fromLatin1(hash.left(digits));
}

/// A folder name that differs whenever the id differs, also on file systems that ignore case.
QString folderName(const QString& id) {
    QString readable;
    for (const QChar c : id.left(32)) {
        const bool plain = (c >= u'a' && c <= u'z') || (c >= u'0' && c <= u'9') || c == u'-' || c == u'_';
        readable += plain ? c : QChar(u'_');
    }
    return readable + u'-' + hashOf(id, 12);
}

Paths under(const QString& home) {
    return {.config = home + QStringLiteral("/config"),
            .data = home + QStringLiteral("/data"),
            .cache = home + QStringLiteral("/cache"),
            .logs = home + QStringLiteral("/logs"),
            .homeHash = {}};
}

Paths standard() {
    const auto folder = [](QStandardPaths::StandardLocation location) -> QString {
        return QStandardPaths::writableLocation(location) + QStringLiteral("/apex-desktop");
    };
    const QString data = folder(QStandardPaths::GenericDataLocation);
    return {.config = folder(QStandardPaths::GenericConfigLocation),
            .data = data,
            .cache = folder(QStandardPaths::GenericCacheLocation),
            .logs = data + QStringLiteral("/logs"),
            .homeHash = {}};
}

Expected<void> createPrivate(const QString& folder) {
    const auto ownerOnly = QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner;
    if (QDir().mkpath(folder) && QFile::setPermissions(folder, ownerOnly))
        return {};
    return fail(
        ErrorKind::Storage, PathsWords::tr("The folder %1 cannot be created or protected.").arg(folder),
        PathsWords::tr(
            "Check that the disk is not full and that you may write there, or set APEX_HOME to another "
            "folder."),
        QStringLiteral("folder: ") + folder);
}

} // namespace

QString Paths::backendData() const {
    return data + QStringLiteral("/backend");
}

QString Paths::userProfiles() const {
    return config + QStringLiteral("/environments");
}

QString Paths::account(const EnvironmentId& environment, const UserId& user) const {
    return data + QStringLiteral("/accounts/") + environment.toString() + u'/' + folderName(user.toString());
}

QString policyPath() {
#if defined(Q_OS_WIN)
    // Not %ProgramData%: a variable of the user's own would lead around the lock.
    return QStringLiteral("C:/ProgramData/Apex Desktop/policy.json");
#elif defined(Q_OS_MACOS)
    return QStringLiteral("/Library/Application Support/Apex Desktop/policy.json");
#else
    return QStringLiteral("/etc/apex-desktop/policy.json");
#endif
}

Expected<Paths> resolvePaths() {
    const QString home = qEnvironmentVariable("APEX_HOME");
    Paths paths = home.isEmpty() ? standard() : under(QDir(home).absolutePath());
    for (const QString& folder : {paths.config, paths.data, paths.cache, paths.logs}) {
        if (auto created = createPrivate(folder); !created)
            return fail(created.error());
    }
    // The canonical path: two spellings of one home are one home.
    paths.homeHash = hashOf(QDir(paths.data).canonicalPath(), 12);
    return paths;
}

} // namespace apex::environment
