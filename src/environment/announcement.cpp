// SPDX-License-Identifier: GPL-3.0-or-later
#include "environment/announcement.h"

#include "base/logging.h"
#include "environment/json_reader.h"
#include "environment/url_rules.h"

#include <QCoreApplication>
#include <QFile>
#include <QJsonObject>

namespace apex::environment {

namespace {

constexpr qsizetype maxAnnouncementBytes = 16 * 1024;

struct AnnouncementWords {
    Q_DECLARE_TR_FUNCTIONS(apex::environment::Announcement)
};

tl::unexpected<Error> unusable(const QString& key, const QString& source) {
    return fail(
        ErrorKind::Protocol,
        AnnouncementWords::tr("The local backend announced itself in a form this version cannot use."),
        AnnouncementWords::tr("Install the program and its backend from the same package."),
        QStringLiteral("source: %1, key: %2").arg(source, key));
}

bool isLocal(const QUrl& url, const QStringList& schemes) {
    return urlObjection(url, schemes).isEmpty() && isLoopbackHost(url.host());
}

} // namespace

Expected<Announcement> parseAnnouncement(const QByteArray& json, const QString& source) {
    const auto object = parseObject(json, source, maxAnnouncementBytes);
    if (!object)
        return unusable(QStringLiteral("not one JSON object"), source);
    if (object->value(u"schema").toString() != QStringLiteral("apex/serve/1"))
        return unusable(QStringLiteral("schema"), source);
    const auto url = [&object](QStringView key) {
        return QUrl(object->value(key).toString(), QUrl::StrictMode);
    };
    Announcement announcement{.baseUrl = url(u"base_url"),
                              .socketUrl = url(u"ws_url"),
                              .issuer = url(u"issuer"),
                              .pid = object->value(u"pid").toInteger()};
    if (!isLocal(announcement.baseUrl, httpSchemes()))
        return unusable(QStringLiteral("base_url"), source);
    if (!isLocal(announcement.socketUrl, socketSchemes()))
        return unusable(QStringLiteral("ws_url"), source);
    if (!isLocal(announcement.issuer, httpSchemes()))
        return unusable(QStringLiteral("issuer"), source);
    if (announcement.pid <= 0)
        return unusable(QStringLiteral("pid"), source);
    return announcement;
}

std::optional<Error> parseRefusal(const QByteArray& json) {
    const auto object = parseObject(json, QStringLiteral("refusal"), maxAnnouncementBytes);
    if (!object || object->value(u"schema").toString() != QStringLiteral("apex/serve/1"))
        return std::nullopt;
    const QJsonObject said = object->value(u"error").toObject();
    if (said.value(u"message").toString().isEmpty())
        return std::nullopt;
    Error error =
        makeError(ErrorKind::Unavailable, AnnouncementWords::tr("The local backend could not start."),
                  said.value(u"action").toString(), said.value(u"details").toString());
    error.kept = said.value(u"message").toString();
    return error;
}

std::optional<Announcement> readAnnouncementFile(const QString& dataFolder) {
    QFile file(dataFolder + QStringLiteral("/backend.json"));
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    auto announcement = parseAnnouncement(file.read(maxAnnouncementBytes + 1), file.fileName());
    if (!announcement) {
        qCInfo(logBackend).noquote() << "stale announcement:" << announcement.error().forSupport();
        return std::nullopt;
    }
    return *announcement;
}

} // namespace apex::environment
