// SPDX-License-Identifier: GPL-3.0-or-later
#include "environment/own_server.h"

#include "environment/policy.h"
#include "environment/tls.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include <algorithm>

namespace apex::environment {

using namespace Qt::StringLiterals;

namespace {

struct OwnServerWords {
    Q_DECLARE_TR_FUNCTIONS(apex::environment::OwnServer)
};

/// Lower-case letters, digits and '-' of the name; of the host, if the name has none of them.
QString idOf(const OwnServer& server) {
    static const QRegularExpression others(u"[^a-z0-9]+"_s);
    static const QRegularExpression edges(u"^-+|-+$"_s);
    for (const QString& text : {server.name, QUrl(server.address).host()}) {
        QString id = text.normalized(QString::NormalizationForm_KD).toLower();
        id.remove(QRegularExpression(u"\\p{Mn}"_s)).replace(others, u"-"_s).remove(edges);
        id.truncate(60);
        id.remove(edges);
        if (!id.isEmpty())
            return id;
    }
    return u"my-server"_s;
}

QString socketAddress(const QString& address) {
    QString socket = address;
    while (socket.endsWith(u'/'))
        socket.chop(1);
    if (socket.startsWith(u"https:"_s))
        socket.replace(0, 5, u"wss"_s);
    else if (socket.startsWith(u"http:"_s))
        socket.replace(0, 4, u"ws"_s);
    return socket + u"/ws"_s;
}

QByteArray profileOf(const OwnServer& server) {
    const QString address = server.address.trimmed();
    const QString issuer = server.issuer.trimmed();
    const bool oauth = server.signIn == SignInKind::OAuth;
    QJsonObject profile{{u"name"_s, server.name.trimmed()},
                        {u"colour"_s, u"#6a1b9a"_s},
                        {u"backend"_s, u"remote"_s},
                        {u"api_url"_s, address},
                        {u"socket_url"_s, socketAddress(address)},
                        {u"issuer"_s, issuer.isEmpty() && !oauth ? address : issuer},
                        {u"sign_in"_s, oauth ? u"oauth"_s : u"platform"_s},
                        {u"socket_credential"_s, u"header"_s},
                        {u"greeting"_s, u"auto"_s},
                        {u"protocol"_s, u"platform"_s},
                        {u"attachments"_s, u"inline"_s}};
    if (oauth) {
        profile.insert(u"client_id"_s, server.clientId.trimmed());
        profile.insert(u"scopes"_s, QJsonArray{u"openid"_s, u"profile"_s, u"email"_s, u"offline_access"_s});
    }
    if (!server.caFile.trimmed().isEmpty())
        profile.insert(u"ca_file"_s, server.caFile.trimmed());
    return QJsonDocument(profile).toJson();
}

/// What the form calls a key of the file; empty if it asks for no such thing.
QString fieldOf(const QString& key) {
    static const QHash<QString, const char*> names{
        {u"name"_s, QT_TRANSLATE_NOOP("apex::environment::OwnServer", "Name")},
        {u"api_url"_s, QT_TRANSLATE_NOOP("apex::environment::OwnServer", "Address")},
        {u"socket_url"_s, QT_TRANSLATE_NOOP("apex::environment::OwnServer", "Address")},
        {u"issuer"_s, QT_TRANSLATE_NOOP("apex::environment::OwnServer", "Address of the sign-in")},
        {u"client_id"_s, QT_TRANSLATE_NOOP("apex::environment::OwnServer", "Client ID")},
        {u"ca_file"_s, QT_TRANSLATE_NOOP("apex::environment::OwnServer", "Certificate authority")}};
    const char* name = names.value(key);
    return name ? OwnServerWords::tr(name) : QString();
}

/// The person filled in a form: the words are about its fields, not about a file that does not exist.
Error notWritten(Error error) {
    static const QRegularExpression parts(u"key: (\\w+)(?:, why: (.+))?$"_s);
    const QRegularExpressionMatch found = parts.match(error.details);
    if (const QString field = fieldOf(found.captured(1)); !field.isEmpty()) {
        const QString why =
            found.captured(2).isEmpty() ? OwnServerWords::tr("it cannot be used") : found.captured(2);
        error.happened = OwnServerWords::tr("%1: %2.").arg(field, why);
    }
    error.kept = OwnServerWords::tr("Nothing was written.");
    error.action = OwnServerWords::tr("Correct it and try again.");
    return error;
}

Expected<void> writeNew(const QString& path, const QByteArray& json) {
    QFile file(path);
    // NewOnly is one step of the system: of two who write the same name one fails.
    if (!file.open(QIODevice::WriteOnly | QIODevice::NewOnly)) {
        const bool there = file.exists();
        return fail(there ? ErrorKind::Conflict : ErrorKind::Storage,
                    there ? OwnServerWords::tr("There is already a file %1.").arg(path)
                          : OwnServerWords::tr("The file %1 cannot be written.").arg(path),
                    there ? OwnServerWords::tr("Choose another name.")
                          : OwnServerWords::tr("Check the folder and try again."),
                    u"file: "_s + path + u", "_s + file.errorString());
    }
    const bool whole = file.setPermissions(QFile::ReadOwner | QFile::WriteOwner) &&
                       file.write(json) == json.size() && file.flush();
    if (whole)
        return {};
    const QString why = file.errorString();
    file.remove();
    return fail(ErrorKind::Storage, OwnServerWords::tr("The file %1 cannot be written.").arg(path),
                OwnServerWords::tr("Check the free space and try again."),
                u"file: "_s + path + u", "_s + why);
}

/// Names that are taken, and a policy that wants no further environment.
Expected<void> mayBeAdded(const EnvironmentId& id, const QString& userFolder, const QString& policyFile) {
    const auto policy = loadPolicy(policyFile);
    if (!policy)
        return fail(policy.error());
    if (policy->has_value() && (*policy)->onlyThese)
        return fail(ErrorKind::Denied,
                    OwnServerWords::tr("The policy of this computer allows no other environments."),
                    OwnServerWords::tr("Ask your administrator."), u"policy: "_s + (*policy)->source);
    const ProfileCatalog catalog = ProfileCatalog::load(userFolder, policyFile);
    const auto& known = catalog.profiles();
    const bool taken =
        std::any_of(known.begin(), known.end(), [&id](const Profile& one) { return one.id == id; });
    if (taken)
        return fail(ErrorKind::Conflict,
                    OwnServerWords::tr("There is already an environment named \"%1\".").arg(id.toString()),
                    OwnServerWords::tr("Choose another name."), u"key: name"_s);
    return {};
}

} // namespace

Expected<Profile> addOwnServer(const OwnServer& server, const QString& userFolder,
                               const QString& policyFile) {
    const EnvironmentId id(idOf(server));
    const QString path = QDir(userFolder).filePath(id.toString() + u".json"_s);
    const QByteArray json = profileOf(server);
    const auto sound = parseProfile(json, path);
    if (!sound)
        return fail(notWritten(sound.error()));
    if (const auto trust = tlsConfiguration(*sound); !trust)
        return fail(notWritten(trust.error()));
    if (const auto allowed = mayBeAdded(id, userFolder, policyFile); !allowed)
        return fail(allowed.error());
    if (!QDir().mkpath(userFolder))
        return fail(ErrorKind::Storage, OwnServerWords::tr("The folder %1 cannot be made.").arg(userFolder),
                    OwnServerWords::tr("Check the folder and try again."));
    if (const auto written = writeNew(path, json); !written)
        return fail(written.error());
    auto read = ProfileCatalog::load(userFolder, policyFile).find(id);
    if (read)
        return read;
    if (!QFile::remove(path))
        return fail(read.error()); // it stands among the broken files from now on
    return fail(notWritten(read.error()));
}

bool isOwnServer(const Profile& profile) {
    return !profile.source.startsWith(u':') && QFileInfo(profile.source).isFile();
}

Expected<void> removeOwnServer(const Profile& profile) {
    QFile file(profile.source);
    if (isOwnServer(profile) && file.remove())
        return {};
    return fail(ErrorKind::Storage, OwnServerWords::tr("The file %1 cannot be removed.").arg(profile.source),
                OwnServerWords::tr("Remove it yourself."), file.errorString());
}

} // namespace apex::environment
