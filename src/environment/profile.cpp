// SPDX-License-Identifier: GPL-3.0-or-later
#include "environment/profile.h"

#include "environment/json_reader.h"
#include "environment/policy.h"
#include "environment/url_rules.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QRegularExpression>

namespace apex::environment {

namespace {

constexpr qsizetype maxProfileBytes = 64 * 1024;

struct ProfileWords {
    Q_DECLARE_TR_FUNCTIONS(apex::environment::Profile)
};

void readAppearance(JsonReader& reader, Profile& profile) {
    static const QRegularExpression colourForm(QStringLiteral("\\A#[0-9a-fA-F]{6}\\z"));
    profile.name = reader.text(QStringLiteral("name"), 60);
    profile.colour = reader.text(QStringLiteral("colour"));
    if (!colourForm.match(profile.colour).hasMatch())
        reader.invalid(QStringLiteral("colour"), ProfileWords::tr("it must have the form #rrggbb"));
}

void readAddresses(JsonReader& reader, Profile& profile) {
    profile.backend = reader.choice<BackendKind>(QStringLiteral("backend"),
                                                 {{QStringLiteral("embedded"), BackendKind::Embedded},
                                                  {QStringLiteral("remote"), BackendKind::Remote}});
    if (profile.backend == BackendKind::Remote) {
        profile.apiUrl = reader.url(QStringLiteral("api_url"), httpSchemes());
        profile.socketUrl = reader.url(QStringLiteral("socket_url"), socketSchemes());
        profile.issuer = reader.url(QStringLiteral("issuer"), httpSchemes());
        return;
    }
    for (const QString& key :
         {QStringLiteral("api_url"), QStringLiteral("socket_url"), QStringLiteral("issuer")})
        reader.forbid(key, ProfileWords::tr("the embedded backend says its own addresses"));
}

void readSignIn(JsonReader& reader, Profile& profile) {
    profile.signIn = reader.choice<SignInKind>(
        QStringLiteral("sign_in"),
        {{QStringLiteral("oauth"), SignInKind::OAuth}, {QStringLiteral("platform"), SignInKind::Platform}});
    if (profile.signIn == SignInKind::OAuth) {
        profile.clientId = reader.text(QStringLiteral("client_id"), 256);
        profile.scopes = reader.words(QStringLiteral("scopes"));
        profile.resource = reader.optionalText(QStringLiteral("resource"));
        profile.audience = reader.optionalText(QStringLiteral("audience"));
        profile.prompt = reader.optionalText(QStringLiteral("prompt"));
        static const QStringList prompts{QString(), QStringLiteral("default"), QStringLiteral("login"),
                                         QStringLiteral("consent"), QStringLiteral("select_account")};
        if (!prompts.contains(profile.prompt))
            reader.invalid(QStringLiteral("prompt"),
                           ProfileWords::tr("it must be default, login, consent or select_account"));
        return;
    }
    for (const QString& key :
         {QStringLiteral("client_id"), QStringLiteral("scopes"), QStringLiteral("resource"),
          QStringLiteral("audience"), QStringLiteral("prompt")})
        reader.forbid(key, ProfileWords::tr("the platform's own sign-in does not use it"));
}

void readSocket(JsonReader& reader, Profile& profile) {
    profile.socketCredential = reader.choice<SocketCredential>(
        QStringLiteral("socket_credential"), {{QStringLiteral("header"), SocketCredential::Header},
                                              {QStringLiteral("subprotocol"), SocketCredential::Subprotocol},
                                              {QStringLiteral("ticket"), SocketCredential::Ticket}});
    profile.greeting = reader.choice<Greeting>(QStringLiteral("greeting"),
                                               {{QStringLiteral("established"), Greeting::Established},
                                                {QStringLiteral("handshake"), Greeting::Handshake},
                                                {QStringLiteral("auto"), Greeting::Auto}});
    profile.handshakeSettle = std::chrono::milliseconds(
        reader.integer(QStringLiteral("handshake_settle_ms"), 0, 10'000, profile.handshakeSettle.count()));
    profile.protocol = reader.choice<QString>(QStringLiteral("protocol"),
                                              {{QStringLiteral("platform"), QStringLiteral("platform")},
                                               {QStringLiteral("ag-ui"), QStringLiteral("ag-ui")}});
}

void readLimits(JsonReader& reader, Profile& profile) {
    profile.attachments = reader.choice<AttachmentTransport>(
        QStringLiteral("attachments"), {{QStringLiteral("upload"), AttachmentTransport::Upload},
                                        {QStringLiteral("inline"), AttachmentTransport::Inline}});
    profile.maxFrameBytes =
        reader.integer(QStringLiteral("max_frame_bytes"), 1024, qint64{1} << 30, profile.maxFrameBytes);
}

void readProxy(JsonReader& reader, Profile& profile) {
    const QString key = QStringLiteral("proxy");
    if (const QString text = reader.optionalText(key); !text.isEmpty()) {
        if (const auto choice = parseProxy(text))
            profile.proxy = *choice;
        else
            reader.invalid(
                key, ProfileWords::tr("it must be system, none, http://HOST:PORT or socks5://HOST:PORT"));
    }
    profile.proxy.signIn = reader.boolean(QStringLiteral("proxy_sign_in"), false);
}

} // namespace

void readPolicyKeys(JsonReader& reader, Profile& profile) {
    profile.maxAttachmentBytes = reader.integer(QStringLiteral("max_attachment_bytes"), 1, qint64{1} << 40,
                                                profile.maxAttachmentBytes);
    profile.silenceNotice = std::chrono::seconds(
        reader.integer(QStringLiteral("silence_notice_s"), 5, 3600, profile.silenceNotice.count()));
    profile.caFile = reader.optionalText(QStringLiteral("ca_file"));
    if (!profile.caFile.isEmpty() && QFileInfo(profile.caFile).isRelative())
        reader.invalid(QStringLiteral("ca_file"), ProfileWords::tr("it must be an absolute path"));
    readProxy(reader, profile);
    profile.supportMode = reader.boolean(QStringLiteral("support_mode"), false);
}

Expected<Profile> parseProfile(const QByteArray& json, const QString& source, const Policy* policy) {
    static const QRegularExpression idForm(QStringLiteral("\\A[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?\\z"));
    const QString id = QFileInfo(source).completeBaseName();
    if (!idForm.match(id).hasMatch()) {
        return fail(
            ErrorKind::Configuration,
            ProfileWords::tr("The file name of %1 is not a usable environment id.").arg(source),
            ProfileWords::tr("Rename the file: only lower-case letters, digits and '-' before \".json\"."),
            QStringLiteral("file: ") + source);
    }
    auto object = parseObject(json, source, maxProfileBytes);
    if (!object)
        return fail(object.error());
    Profile profile;
    if (policy != nullptr)
        profile.locked = policy->applyTo(*object);
    if (!profile.locked.isEmpty())
        profile.lockedBy = policy->source;
    JsonReader reader(*object, source);
    profile.id = EnvironmentId(id);
    profile.source = source;
    reader.ignore(QStringLiteral("$schema"));
    readAppearance(reader, profile);
    readAddresses(reader, profile);
    readSignIn(reader, profile);
    readSocket(reader, profile);
    readLimits(reader, profile);
    readPolicyKeys(reader, profile);
    if (auto error = reader.finish())
        return fail(*error);
    return profile;
}

} // namespace apex::environment
