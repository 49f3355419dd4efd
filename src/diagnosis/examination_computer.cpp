// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/random.h"
#include "diagnosis/examination.h"
#include "environment/tls.h"

#include <QSqlDatabase>
#include <QSqlError>
#include <QSqlQuery>
#include <QSslSocket>
#include <QTemporaryFile>

namespace apex::diagnosis {

using namespace Qt::StringLiterals;

namespace {

/// As large as the biggest token bundles seen in the field, so that a store with a size limit shows it.
constexpr int ProbeBytes = 6 * 1024;

Fault keychainFault(ErrorKind kind) {
    switch (kind) {
    case ErrorKind::Locked:
        return Fault::KeychainLocked;
    case ErrorKind::Denied:
        return Fault::KeychainDenied;
    case ErrorKind::Unavailable:
    case ErrorKind::NotFound:
        return Fault::KeychainAbsent;
    default:
        return Fault::KeychainUnreliable;
    }
}

Error readFailure(const credentials::ReadOutcome& outcome) {
    return std::visit(
        [](const auto& answer) -> Error {
            if constexpr (requires { answer.error; })
                return answer.error;
            else
                return makeError(ErrorKind::Storage,
                                 DoctorWords::tr("The keychain did not give back what was just written."));
        },
        outcome);
}

} // namespace

void Doctor::Examination::checkTls() {
    if (!QSslSocket::supportsSsl() || QSslSocket::activeBackend() == u"cert-only"_s)
        return failed(Fault::TlsLibraryMissing, DoctorWords::tr("No secure-channel library could be loaded."),
                      {u"available: "_s + QSslSocket::availableBackends().join(u' ')});
    ok(u"%1, %2"_s.arg(QSslSocket::activeBackend(), QSslSocket::sslLibraryVersionString()));
}

void Doctor::Examination::checkFolders() {
    const auto paths = environment::resolvePaths();
    if (!paths)
        return failed(Fault::FolderUnusable, paths.error());
    QTemporaryFile probe(paths->data + u"/check-XXXXXX"_s);
    if (!probe.open() || probe.write("x") != 1)
        return failed(Fault::FolderUnusable, DoctorWords::tr("The data folder cannot be written."),
                      {paths->data, probe.errorString()});
    ok(paths->data);
}

void Doctor::Examination::checkDatabase() {
    const QString name = u"doctor"_s;
    QString version;
    QString problem;
    {
        QSqlDatabase database = QSqlDatabase::addDatabase(u"QSQLITE"_s, name);
        database.setDatabaseName(u":memory:"_s);
        QSqlQuery query(database);
        if (database.open() && query.exec(u"SELECT sqlite_version()"_s) && query.next())
            version = query.value(0).toString();
        else
            problem = database.lastError().text();
    }
    QSqlDatabase::removeDatabase(name);
    if (version.isEmpty())
        return failed(Fault::DatabaseUnusable, DoctorWords::tr("The SQLite driver of Qt does not work."),
                      {problem});
    ok(u"SQLite "_s + version);
}

void Doctor::Examination::checkKeychain() {
    const QString key =
        credentials::entryKey(u"check"_s, u"check"_s, QString::fromLatin1(randomToken(9)), u"probe"_s);
    const QByteArray value = randomToken(ProbeBytes * 3 / 4);
    d.m_parts.store.write(key, Secret(value), this, [this, key, value](const Expected<void>& written) {
        if (written)
            return readKeychainBack(key, value);
        keychainFailed = true;
        failed(keychainFault(written.error().kind), written.error());
    });
}

void Doctor::Examination::readKeychainBack(const QString& key, const QByteArray& written) {
    d.m_parts.store.read(key, this, [this, key, written](const credentials::ReadOutcome& outcome) {
        const auto* found = std::get_if<credentials::Found>(&outcome);
        const bool same = found != nullptr && found->secret.equals(Secret(written));
        const Error readError = same ? Error{} : readFailure(outcome);
        d.m_parts.store.remove(key, this, [this, same, readError](const Expected<void>& removed) {
            if (!same || !removed) {
                keychainFailed = true;
                const Error& error = same ? removed.error() : readError;
                return failed(keychainFault(error.kind), error);
            }
            const QString limit =
                d.m_parts.entryCap == 0
                    ? DoctorWords::tr("entries of any size are taken")
                    : DoctorWords::tr("an entry holds %1 bytes, larger secrets are kept in parts")
                          .arg(d.m_parts.entryCap);
            ok(DoctorWords::tr("%1: wrote, read and removed %2 bytes")
                   .arg(d.m_parts.store.backendName())
                   .arg(ProbeBytes),
               {limit});
        });
    });
}

/// What to do depends on whose file it is: the error knows.
void Doctor::Examination::profileUnusable(const Error& error) {
    Check check{.state = CheckState::Failed, .fault = Fault::ProfileUnusable, .found = error.happened};
    for (const QString& fact : {error.kept, error.details})
        if (!fact.isEmpty())
            check.facts.append(fact);
    check.fix = error.action;
    d.conclude(std::move(check));
}

void Doctor::Examination::checkProfile() {
    if (!d.m_parts.profile) {
        blockedBy = DoctorWords::tr("Environment");
        return profileUnusable(d.m_parts.profileError);
    }
    // A file of ours that cannot be used: no operator of a server can mend it.
    if (const auto trust = environment::tlsConfiguration(profile()); !trust) {
        blockedBy = DoctorWords::tr("Environment");
        return profileUnusable(trust.error());
    }
    QStringList facts;
    if (!profile().locked.isEmpty())
        facts.append(
            DoctorWords::tr("locked by %1: %2").arg(profile().lockedBy, profile().locked.join(u", "_s)));
    if (!profile().caFile.isEmpty())
        facts.append(DoctorWords::tr("trusts also the authorities in %1").arg(profile().caFile));
    ok(DoctorWords::tr("%1 from %2").arg(profile().name, profile().source), facts);
}

} // namespace apex::diagnosis
