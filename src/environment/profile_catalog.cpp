// SPDX-License-Identifier: GPL-3.0-or-later
#include "environment/policy.h"
#include "environment/profile.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>

#include <algorithm>

namespace apex::environment {

namespace {

struct ProfileCatalogWords {
    Q_DECLARE_TR_FUNCTIONS(apex::environment::ProfileCatalog)
};

Expected<Profile> withReadableCa(Expected<Profile> profile) {
    if (profile && !profile->caFile.isEmpty() && !QFileInfo(profile->caFile).isReadable()) {
        return fail(ErrorKind::Configuration,
                    ProfileCatalogWords::tr("The key \"ca_file\" in %1 names a file that cannot be read: %2.")
                        .arg(profile->source, profile->caFile),
                    ProfileCatalogWords::tr("Correct the file and try again."),
                    QStringLiteral("file: ") + profile->source + QStringLiteral(", key: ca_file, why: ") +
                        ProfileCatalogWords::tr("there is no file %1").arg(profile->caFile));
    }
    return profile;
}

Expected<Profile> readProfile(const QString& path, const Policy* policy) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return fail(ErrorKind::Configuration,
                    ProfileCatalogWords::tr("The environment file %1 cannot be read.").arg(path),
                    ProfileCatalogWords::tr("Check that the file exists and that you may read it."),
                    QStringLiteral("file: ") + path + QStringLiteral(", ") + file.errorString());
    }
    return withReadableCa(parseProfile(file.read(1024 * 1024), path, policy));
}

/// An environment that the administrator wrote: every key of it is locked.
Expected<Profile> policyProfile(const QString& id, QJsonObject object, const Policy& policy) {
    policy.applyTo(object);
    const QString place = QStringLiteral("%1/environments/%2.json").arg(policy.source, id);
    auto profile = withReadableCa(parseProfile(QJsonDocument(object).toJson(), place));
    if (profile) {
        profile->locked = object.keys();
        profile->lockedBy = policy.source;
    }
    return profile;
}

} // namespace

void ProfileCatalog::readFolder(const QString& folder, const Policy* policy) {
    const QStringList names =
        QDir(folder).entryList({QStringLiteral("*.json")}, QDir::Files | QDir::Hidden, QDir::Name);
    for (const QString& name : names) {
        if (name.endsWith(QStringLiteral(".schema.json")))
            continue;
        const EnvironmentId id(QFileInfo(name).completeBaseName());
        if (policy != nullptr && policy->environments.contains(id.toString())) {
            if (!folder.startsWith(u':'))
                m_errors.push_back(
                    makeError(ErrorKind::Denied,
                              ProfileCatalogWords::tr(
                                  "The environment file %1 is not used: the policy of this computer defines "
                                  "\"%2\".")
                                  .arg(QDir(folder).filePath(name), id.toString()),
                              ProfileCatalogWords::tr("Rename the file, or ask your administrator."),
                              QStringLiteral("policy: ") + policy->source));
            continue;
        }
        // A broken file must not leave the built-in profile of the same name in force: that would be
        // another backend.
        std::erase_if(m_profiles, [&](const Profile& known) { return known.id == id; });
        keep(readProfile(QDir(folder).filePath(name), policy));
    }
}

void ProfileCatalog::keep(Expected<Profile> profile) {
    if (profile)
        m_profiles.push_back(std::move(*profile));
    else
        m_errors.push_back(profile.error());
}

ProfileCatalog ProfileCatalog::load(const QString& userFolder, const QString& policyFile) {
    ProfileCatalog catalog;
    const auto policy = loadPolicy(policyFile);
    if (!policy) {
        catalog.m_errors.push_back(policy.error());
        catalog.m_closed = true;
        return catalog;
    }
    const Policy* rules = policy->has_value() ? &**policy : nullptr;
    if (rules != nullptr) {
        catalog.m_locked = rules->locked.keys();
        catalog.m_lockedBy = rules->source;
        catalog.m_onlyBy = rules->onlyThese ? rules->source : QString();
    }
    if (rules == nullptr || !rules->onlyThese) {
        catalog.readFolder(QStringLiteral(":/environments"), rules);
        if (!userFolder.isEmpty())
            catalog.readFolder(userFolder, rules);
    }
    if (rules != nullptr) {
        for (const auto& [id, object] : rules->environments)
            catalog.keep(policyProfile(id, object, *rules));
    }
    std::sort(catalog.m_profiles.begin(), catalog.m_profiles.end(),
              [](const Profile& a, const Profile& b) { return a.id < b.id; });
    return catalog;
}

std::optional<Error> ProfileCatalog::nothingOffered() const {
    if (m_closed)
        return m_errors.front();
    if (m_onlyBy.isEmpty() || !m_profiles.empty())
        return std::nullopt;
    Error error = makeError(
        ErrorKind::Denied,
        ProfileCatalogWords::tr("The administrator of this computer allows only environments of the policy "
                                "%1, and none that can be used is in it.")
            .arg(m_onlyBy),
        ProfileCatalogWords::tr("Ask your administrator to add one."), QStringLiteral("policy: ") + m_onlyBy);
    error.kept = ProfileCatalogWords::tr("Your chats and sign-ins are kept.");
    return error;
}

Expected<Profile> ProfileCatalog::find(const EnvironmentId& id) const {
    if (m_closed)
        return fail(m_errors.front());
    QStringList known;
    for (const Profile& profile : m_profiles) {
        if (profile.id == id)
            return profile;
        known.append(profile.id.toString());
    }
    for (const Error& error : m_errors) {
        if (error.details.contains(u'/' + id.toString() + QStringLiteral(".json")))
            return fail(error);
    }
    if (const auto nothing = nothingOffered())
        return fail(*nothing);
    if (!m_onlyBy.isEmpty())
        return fail(
            ErrorKind::Denied,
            ProfileCatalogWords::tr("The policy of this computer does not offer \"%1\".").arg(id.toString()),
            ProfileCatalogWords::tr("Choose one of its environments (%1), or ask your administrator.")
                .arg(known.join(QStringLiteral(", "))),
            QStringLiteral("policy: ") + m_onlyBy);
    return fail(
        ErrorKind::NotFound,
        ProfileCatalogWords::tr("There is no environment named \"%1\".").arg(id.toString()),
        known.isEmpty()
            ? ProfileCatalogWords::tr("No environment is set up on this computer.")
            : ProfileCatalogWords::tr("Known environments: %1.").arg(known.join(QStringLiteral(", "))));
}

} // namespace apex::environment
