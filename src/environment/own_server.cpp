// SPDX-License-Identifier: GPL-3.0-or-later
#include "environment/own_server.h"

#include "base/whole_file.h"
#include "environment/json_reader.h"
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

QString issuerOf(const OwnServer& server) {
    const QString issuer = server.issuer.trimmed();
    return issuer.isEmpty() && server.signIn == SignInKind::Platform ? server.address.trimmed() : issuer;
}

void writeSignIn(QJsonObject& profile, const OwnServer& server) {
    profile.insert(u"issuer"_s, issuerOf(server));
    const bool oauth = server.signIn == SignInKind::OAuth;
    profile.insert(u"sign_in"_s, oauth ? u"oauth"_s : u"platform"_s);
    if (!oauth) {
        for (const QString& key : {u"client_id"_s, u"scopes"_s, u"resource"_s, u"audience"_s, u"prompt"_s})
            profile.remove(key);
        return;
    }
    profile.insert(u"client_id"_s, server.clientId.trimmed());
    if (!profile.contains(u"scopes"_s))
        profile.insert(u"scopes"_s, QJsonArray{u"openid"_s, u"profile"_s, u"email"_s, u"offline_access"_s});
}

/// The profile with what the form asks for; its other keys stay.
QByteArray writtenInto(QJsonObject profile, const OwnServer& server) {
    const QString address = server.address.trimmed();
    profile.insert(u"name"_s, server.name.trimmed());
    if (profile.value(u"api_url"_s).toString() != address)
        profile.insert(u"socket_url"_s, socketAddress(address));
    profile.insert(u"api_url"_s, address);
    writeSignIn(profile, server);
    if (const QString caFile = server.caFile.trimmed(); !caFile.isEmpty())
        profile.insert(u"ca_file"_s, caFile);
    else
        profile.remove(u"ca_file"_s);
    return QJsonDocument(profile).toJson();
}

QByteArray profileOf(const OwnServer& server) {
    return writtenInto({{u"colour"_s, u"#6a1b9a"_s},
                        {u"backend"_s, u"remote"_s},
                        {u"socket_credential"_s, u"header"_s},
                        {u"greeting"_s, u"auto"_s},
                        {u"protocol"_s, u"platform"_s},
                        {u"attachments"_s, u"inline"_s}},
                       server);
}

Expected<QJsonObject> objectIn(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorKind::Storage, OwnServerWords::tr("The file %1 cannot be read.").arg(path),
                    OwnServerWords::tr("Check that the file exists and that you may read it."),
                    u"file: "_s + path + u", "_s + file.errorString());
    return parseObject(file.read(1024 * 1024), path, 1024 * 1024);
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
    Error error =
        makeError(ErrorKind::Storage, OwnServerWords::tr("The file %1 cannot be written.").arg(path),
                  OwnServerWords::tr("Check the free space and try again."),
                  u"file: "_s + path + u", "_s + file.errorString());
    // Not by the file that failed: it would first try again to write what it still holds, and stay.
    file.close();
    if (QFile::remove(path))
        error.kept = OwnServerWords::tr("Nothing was written.");
    return fail(std::move(error));
}

/// In one step of the system: a full disk or an end in the middle leaves the old file.
Expected<void> writeAgain(const QString& path, const QByteArray& json) {
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly) && file.write(json) == json.size() && commitWhole(file))
        return {};
    Error error =
        makeError(ErrorKind::Storage, OwnServerWords::tr("The file %1 cannot be written.").arg(path),
                  OwnServerWords::tr("Check the folder and the free space, then try again."),
                  u"file: "_s + path + u", "_s + file.errorString());
    error.kept = OwnServerWords::tr("The server stays as it was.");
    return fail(std::move(error));
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

Expected<OwnServer> ownServerOf(const Profile& profile) {
    const auto object = objectIn(profile.source);
    if (!object)
        return fail(object.error());
    const auto text = [&object](const QString& key) { return object->value(key).toString(); };
    OwnServer server{.name = text(u"name"_s),
                     .address = text(u"api_url"_s),
                     .signIn = profile.signIn,
                     .issuer = text(u"issuer"_s),
                     .clientId = text(u"client_id"_s),
                     .caFile = text(u"ca_file"_s)};
    // As the form takes it: left empty it follows the address.
    if (server.signIn == SignInKind::Platform && server.issuer == server.address)
        server.issuer.clear();
    return server;
}

Expected<Profile> changeOwnServer(const Profile& known, const OwnServer& server, const QString& userFolder,
                                  const QString& policyFile) {
    const auto object = objectIn(known.source);
    if (!object)
        return fail(object.error());
    const auto policy = loadPolicy(policyFile);
    if (!policy)
        return fail(policy.error());
    const QByteArray json = writtenInto(*object, server);
    const auto sound = parseProfile(json, known.source, policy->has_value() ? &**policy : nullptr);
    if (!sound)
        return fail(notWritten(sound.error()));
    if (const auto trust = tlsConfiguration(*sound); !trust)
        return fail(notWritten(trust.error()));
    if (const auto written = writeAgain(known.source, json); !written)
        return fail(written.error());
    return ProfileCatalog::load(userFolder, policyFile).find(known.id);
}

bool isSignedInElsewhere(const OwnServer& before, const OwnServer& after) {
    const auto place = [](const OwnServer& server) {
        QString issuer = QUrl(issuerOf(server)).toString(QUrl::FullyEncoded);
        while (issuer.endsWith(u'/'))
            issuer.chop(1);
        return issuer;
    };
    return before.signIn != after.signIn || place(before) != place(after);
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
