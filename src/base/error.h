// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <tl/expected.hpp>

#include <memory>

namespace apex {

/// What went wrong, in the words a caller can decide by. The sentence for people is in Error.
enum class ErrorKind {
    Configuration,  ///< a profile, option or policy is missing or invalid
    InvalidInput,   ///< what the user or a file gave cannot be used
    TooLarge,       ///< a stated limit is exceeded
    NotFound,       ///< the named thing does not exist
    Conflict,       ///< something else holds it (port, lock, second instance)
    Authentication, ///< the server does not accept the sign-in; signing in again helps
    Denied,         ///< the person or a policy said no
    Locked,         ///< the keychain is locked
    Unavailable,    ///< a service this needs is not there now
    Network,        ///< no way to the host, or the way broke
    Tls,            ///< the secure channel could not be trusted
    Timeout,        ///< no answer within the stated time
    Protocol,       ///< the peer broke the rules of the protocol
    Storage,        ///< reading or writing local state failed
    Cancelled,      ///< the user or the owner asked to stop
    Internal,       ///< a defect of ours
};

/// A failure with the three things a person needs and the cause chain support needs.
struct Error {
    ErrorKind kind = ErrorKind::Internal;
    QString happened; ///< one sentence: what happened. Never empty.
    QString kept;     ///< what was kept or not lost; may be empty
    QString action;   ///< what to do now; may be empty
    QString details;  ///< for support: codes, ids, paths. Never a secret.
    std::shared_ptr<const Error> cause;

    /// The sentences joined for a person: happened, kept, action.
    [[nodiscard]] QString forPeople() const;
    /// Everything, cause chain included, one cause a line; for logs and details views.
    [[nodiscard]] QString forSupport() const;
};

/// Stable lower-case name of a kind ("network", "invalid_input"); used in JSON output and logs.
[[nodiscard]] QString errorKindName(ErrorKind kind);

/// Builds an error without a cause.
[[nodiscard]] Error makeError(ErrorKind kind, QString happened, QString action = {}, QString details = {});
/// Builds an error that keeps another one as its cause.
[[nodiscard]] Error wrapError(ErrorKind kind, QString happened, Error cause, QString action = {});

/// A value or the reason there is none.
template <class T>
using Expected = tl::expected<T, Error>;

/// Shorthand to return a failure from a function with an Expected result.
[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
    return tl::unexpected<Error>(std::move(error));
}
/// Shorthand to build and return a failure.
[[nodiscard]] inline tl::unexpected<Error> fail(ErrorKind kind, QString happened, QString action = {},
                                                QString details = {}) {
    return fail(makeError(kind, std::move(happened), std::move(action), std::move(details)));
}

} // namespace apex
