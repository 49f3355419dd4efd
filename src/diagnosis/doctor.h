// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "auth/tokens.h"
#include "base/clock.h"
#include "connection/link.h"
#include "connection/route_probe.h"
#include "credentials/secret_store.h"
#include "diagnosis/check.h"
#include "environment/paths.h"
#include "environment/profile.h"

#include <QNetworkAccessManager>
#include <QObject>
#include <QTimer>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace apex::diagnosis {

/// What is known of an account's sign-in, without its tokens.
struct SignInFacts {
    enum class State { SignedOut, SignedIn, RenewalFailing, Ended, StoreTrouble };
    State state = State::SignedOut;
    Error error; ///< why the state is what it is; may be empty
    std::optional<auth::Claims> claims;
    std::optional<WallTime> nextRefresh;
    bool sessionOnly = false;
};

/// What the doctor examines; references outlive it.
struct DoctorParts {
    credentials::SecretStore& store;
    QNetworkAccessManager& network; ///< with the profile's proxy and trust (environment::ProfileNetwork)
    const Clock& clock;
    qsizetype entryCap = 0; ///< largest keychain entry, 0 for no limit

    /// The environment, its URLs resolved; nullopt: only this computer is examined.
    std::optional<environment::Profile> profile = {};
    Error profileError = {}; ///< why there is no profile although one was asked for

    /// Asks for the sign-in; calls back once it is known.
    std::function<void(QObject* context, std::function<void(SignInFacts)>)> signIn = {};
    connection::TokenSource token = {};
    /// Lines of what happened to the sign-in lately, oldest first; may be empty.
    std::function<QStringList()> history = {};

    std::chrono::milliseconds greetingDeadline{10'000};
};

/// Examines this computer and the way to one environment, one named check after the other, and names what is
/// wrong with its fix. Never shows a secret, never changes the sign-in, sends no message. Main thread.
class Doctor final : public QObject {
    Q_OBJECT
public:
    explicit Doctor(DoctorParts parts, QObject* parent = nullptr);
    ~Doctor() override;

    /// All checks in their order, also those still waiting.
    [[nodiscard]] const std::vector<Check>& checks() const { return m_checks; }
    [[nodiscard]] bool isRunning() const { return m_running; }
    /// True if no check failed; warnings and what was skipped for a failure do not count.
    [[nodiscard]] bool isHealthy() const;
    /// Starts from the beginning; a run under way is given up.
    void run();
    /// The environment as it is from the next run on.
    void useProfile(environment::Profile profile) { m_parts.profile = std::move(profile); }
    /// Everything found, as plain text for a message to support.
    [[nodiscard]] QString report() const;

Q_SIGNALS:
    void checkChanged(int index);
    void finished();

private:
    struct Examination;
    friend struct Examination;

    void next();
    void conclude(Check result);

    DoctorParts m_parts;
    std::vector<Check> m_checks;
    std::unique_ptr<Examination> m_examination;
    int m_current = -1;
    bool m_running = false;
};

} // namespace apex::diagnosis
