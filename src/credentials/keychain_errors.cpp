// SPDX-License-Identifier: GPL-3.0-or-later
#include "credentials/keychain_errors.h"

#include <QCoreApplication>

namespace apex::credentials {

namespace {

using Kind = StoreCondition::Kind;

struct KeychainErrorsWords {
    Q_DECLARE_TR_FUNCTIONS(apex::credentials::Keychain)
};

QString joined(const StoreCondition& condition, const QString& details) {
    return condition.details.isEmpty() ? details : details + QStringLiteral("; ") + condition.details;
}

// Not only sign-ins are kept there: what else can be done is said by whoever asked.
Error lockedError(const QString& details) {
    Error error =
        makeError(ErrorKind::Locked, KeychainErrorsWords::tr("Your %1 is locked.").arg(platformStoreName()),
                  KeychainErrorsWords::tr("Unlock the %1 and try again.").arg(platformStoreName()), details);
    error.kept = KeychainErrorsWords::tr("Nothing that it holds is lost.");
    return error;
}

Error deniedError(const QString& details) {
    return makeError(ErrorKind::Denied,
                     KeychainErrorsWords::tr("Access to your %1 was refused.").arg(platformStoreName()),
                     KeychainErrorsWords::tr("Try again and allow access."), details);
}

Error unreachableError(const QString& details) {
    return makeError(ErrorKind::Unavailable, KeychainErrorsWords::tr("No keyring is running for this login."),
                     KeychainErrorsWords::tr("Start your keyring service and try again."), details);
}

Error noCollectionError(const QString& details) {
    return makeError(
        ErrorKind::Unavailable,
        KeychainErrorsWords::tr("Your keyring service has no keyring to keep secrets in."),
        KeychainErrorsWords::tr("Create a default keyring with your desktop's password tool and try again."),
        details);
}

Error otherError(const QString& details) {
    return makeError(ErrorKind::Unavailable,
                     KeychainErrorsWords::tr("Your %1 reported an error.").arg(platformStoreName()),
                     KeychainErrorsWords::tr("Try again."), details);
}

/// The error behind an answer that is not success; never called for Ok or NotFound in an open store.
Error errorOf(JobAnswer answer, const StoreCondition& condition, const QString& details) {
    const QString all = joined(condition, details);
    if (answer == JobAnswer::DeniedByPerson)
        return deniedError(all);
    if (condition.kind == Kind::Locked)
        return lockedError(all);
    if (condition.kind == Kind::Unreachable || answer == JobAnswer::NoStore)
        return unreachableError(all);
    if (condition.kind == Kind::NoCollection)
        return noCollectionError(all);
    return answer == JobAnswer::Denied ? deniedError(all) : otherError(all);
}

} // namespace

bool needsProbe(JobAnswer answer, bool isRemoval) {
    switch (answer) {
    case JobAnswer::Ok:
        return isRemoval;
    case JobAnswer::DeniedByPerson:
    case JobAnswer::NoStore:
        return false;
    case JobAnswer::NotFound:
    case JobAnswer::Denied:
    case JobAnswer::Other:
        return true;
    }
    return true;
}

ReadOutcome readOutcome(JobAnswer answer, const StoreCondition& condition, const QString& details) {
    const bool believable = condition.kind == Kind::Open || condition.kind == Kind::NoCollection;
    if (answer == JobAnswer::NotFound && believable)
        return NotFound{};
    Error error = errorOf(answer, condition, details);
    switch (error.kind) {
    case ErrorKind::Locked:
        return Locked{std::move(error)};
    case ErrorKind::Denied:
        return Denied{std::move(error)};
    default:
        return Unavailable{std::move(error)};
    }
}

Expected<void> writeOutcome(JobAnswer answer, const StoreCondition& condition, const QString& details) {
    if (answer == JobAnswer::Ok)
        return {};
    return fail(errorOf(answer, condition, details));
}

Expected<void> removeOutcome(JobAnswer answer, const StoreCondition& condition, const QString& details) {
    const bool saysGone = answer == JobAnswer::Ok || answer == JobAnswer::NotFound;
    if (saysGone && (condition.kind == Kind::Open || condition.kind == Kind::NoCollection))
        return {};
    Error error = errorOf(answer, condition, details);
    error.kept = KeychainErrorsWords::tr("What was to be removed is still there.");
    return fail(std::move(error));
}

} // namespace apex::credentials
