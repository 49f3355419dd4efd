// SPDX-License-Identifier: GPL-3.0-or-later
#include "environment/policy.h"

#include "environment/json_reader.h"
#include "environment/profile.h"

#include <QCoreApplication>
#include <QFile>

namespace apex::environment {

namespace {

struct PolicyWords {
    Q_DECLARE_TR_FUNCTIONS(apex::environment::Policy)
};

constexpr qsizetype maxPolicyBytes = 256 * 1024;

void checkKeys(JsonReader& reader, const QString& part, const QJsonObject& values) {
    const QStringList keys = values.keys();
    for (const QString& key : keys) {
        if (!policyKeys().contains(key))
            reader.invalid(part, PolicyWords::tr("\"%1\" is not a key that a policy can set; those are: %2")
                                     .arg(key.left(80), policyKeys().join(QStringLiteral(", "))));
    }
}

/// Whoever reads this can seldom write the file.
Error notUsable(Error error) {
    error.kept = PolicyWords::tr("Until it is corrected no environment opens, for what it forbids is not "
                                 "known. Your chats and sign-ins are kept.");
    error.action = PolicyWords::tr("Ask the administrator of this computer to correct the file.");
    return error;
}

} // namespace

QStringList policyKeys() {
    return {QStringLiteral("proxy"),
            QStringLiteral("proxy_sign_in"),
            QStringLiteral("ca_file"),
            QStringLiteral("support_mode"),
            QStringLiteral("max_attachment_bytes"),
            QStringLiteral("silence_notice_s")};
}

QStringList Policy::applyTo(QJsonObject& profile) const {
    for (auto it = preset.begin(); it != preset.end(); ++it) {
        if (!profile.contains(it.key()))
            profile.insert(it.key(), it.value());
    }
    for (auto it = locked.begin(); it != locked.end(); ++it)
        profile.insert(it.key(), it.value());
    return locked.keys();
}

Expected<Policy> parsePolicy(const QByteArray& json, const QString& source) {
    auto object = parseObject(json, source, maxPolicyBytes);
    if (!object)
        return fail(object.error());
    JsonReader reader(*object, source);
    Policy policy;
    policy.source = source;
    reader.ignore(QStringLiteral("$schema"));
    const QString schema = QStringLiteral("apex/policy/1");
    (void)reader.choice<bool>(QStringLiteral("schema"), {{schema, true}});
    policy.preset = reader.object(QStringLiteral("preset"));
    policy.locked = reader.object(QStringLiteral("locked"));
    checkKeys(reader, QStringLiteral("preset"), policy.preset);
    checkKeys(reader, QStringLiteral("locked"), policy.locked);
    policy.onlyThese = reader.boolean(QStringLiteral("only_these_environments"), false);
    const QJsonObject environments = reader.object(QStringLiteral("environments"));
    for (auto it = environments.begin(); it != environments.end(); ++it) {
        if (!it->isObject())
            reader.invalid(QStringLiteral("environments"),
                           PolicyWords::tr("\"%1\" must be one environment profile").arg(it.key().left(80)));
        policy.environments.emplace(it.key(), it->toObject());
    }
    if (auto error = reader.finish())
        return fail(*error);
    for (const QJsonObject& values : {policy.preset, policy.locked}) {
        JsonReader valueReader(values, source);
        Profile unused;
        readPolicyKeys(valueReader, unused);
        if (auto error = valueReader.finish())
            return fail(*error);
    }
    return policy;
}

Expected<std::optional<Policy>> loadPolicy(const QString& path) {
    if (path.isEmpty() || !QFile::exists(path))
        return std::optional<Policy>();
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return fail(notUsable(makeError(
            ErrorKind::Configuration, PolicyWords::tr("The policy file %1 cannot be read.").arg(path), {},
            QStringLiteral("file: ") + path + QStringLiteral(", ") + file.errorString())));
    }
    auto policy = parsePolicy(file.read(maxPolicyBytes + 1), path);
    if (!policy)
        return fail(notUsable(policy.error()));
    return std::optional<Policy>(std::move(*policy));
}

} // namespace apex::environment
