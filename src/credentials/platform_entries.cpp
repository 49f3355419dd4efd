// SPDX-License-Identifier: GPL-3.0-or-later
#include "credentials/platform_entries.h"

#include <qt6keychain/keychain.h>

#include <memory>

namespace apex::credentials {

namespace {

const QString serviceName = QStringLiteral("Apex Desktop");

JobAnswer answerOf(QKeychain::Error error) {
    switch (error) {
    case QKeychain::NoError:
        return JobAnswer::Ok;
    case QKeychain::EntryNotFound:
        return JobAnswer::NotFound;
    case QKeychain::AccessDeniedByUser:
        return JobAnswer::DeniedByPerson;
    case QKeychain::AccessDenied:
        return JobAnswer::Denied;
    case QKeychain::NoBackendAvailable:
    case QKeychain::NotImplemented:
        return JobAnswer::NoStore;
    case QKeychain::CouldNotDeleteEntry:
    case QKeychain::OtherError:
        return JobAnswer::Other;
    }
    return JobAnswer::Other;
}

} // namespace

/// Starts the job; the answer is handled from the event loop, because QtKeychain before 0.14 misbehaves if a
/// job is started inside another one's finished signal. Jobs have no parent: one in flight must outlive us.
void PlatformEntries::run(QKeychain::Job* job, bool isRemoval, std::function<void(const Finished&)> done) {
    connect(job, &QKeychain::Job::finished, this,
            [this, isRemoval, done = std::move(done)](QKeychain::Job* finishedJob) {
                Finished finished{answerOf(finishedJob->error()),
                                  QStringLiteral("keychain error %1: %2")
                                      .arg(static_cast<int>(finishedJob->error()))
                                      .arg(finishedJob->errorString()),
                                  {}};
                if (!needsProbe(finished.answer, isRemoval)) {
                    QMetaObject::invokeMethod(
                        this, [done, finished] { done(finished); }, Qt::QueuedConnection);
                    return;
                }
                probeStore(this, [done, finished](const StoreCondition& condition) mutable {
                    finished.condition = condition;
                    done(finished);
                });
            });
    job->start();
}

void PlatformEntries::read(const QString& key, SecretStore::ReadDone done) {
    auto* job = new QKeychain::ReadPasswordJob(serviceName);
    job->setKey(key);
    auto secret = std::make_shared<Secret>();
    connect(job, &QKeychain::Job::finished, this,
            [job, secret](QKeychain::Job*) { *secret = Secret(job->binaryData()); });
    run(job, false, [secret, done = std::move(done)](const Finished& finished) {
        if (finished.answer == JobAnswer::Ok)
            done(Found{std::move(*secret)});
        else
            done(readOutcome(finished.answer, finished.condition, finished.details));
    });
}

void PlatformEntries::write(const QString& key, Secret secret, SecretStore::WriteDone done) {
    auto* job = new QKeychain::WritePasswordJob(serviceName);
    job->setKey(key);
    job->setBinaryData(secret.reveal());
    run(job, false, [done = std::move(done)](const Finished& finished) {
        done(writeOutcome(finished.answer, finished.condition, finished.details));
    });
}

void PlatformEntries::remove(const QString& key, SecretStore::WriteDone done) {
    auto* job = new QKeychain::DeletePasswordJob(serviceName);
    job->setKey(key);
    run(job, true, [done = std::move(done)](const Finished& finished) {
        done(removeOutcome(finished.answer, finished.condition, finished.details));
    });
}

} // namespace apex::credentials
