// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/ids.h"
#include "environment/proxy.h"

#include <QStringList>
#include <QUrl>

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

namespace apex::environment {

/// Where an administrator puts the policy of this computer (policy.h); users cannot write or redirect it.
[[nodiscard]] QString policyPath();

/// Where the backend of an environment comes from.
enum class BackendKind {
    Embedded, ///< `apex serve` of this home; URLs are learnt from its announcement
    Remote,
};

/// How a user signs in.
enum class SignInKind {
    OAuth,    ///< authorization code + PKCE with the metadata of the issuer (RFC 8414)
    Platform, ///< the platform's own service (protocol.md 2)
};

/// How the access token is shown to the socket. One way per profile; never tried in turn.
enum class SocketCredential { Header, Subprotocol, Ticket };

/// Which greeting opens the socket for sending (protocol.md 3.4).
enum class Greeting { Established, Handshake, Auto };

/// How files travel with a message.
enum class AttachmentTransport { Upload, Inline };

/// One environment: everything the client needs to know of a backend. A value.
struct Profile {
    EnvironmentId id; ///< file name without suffix: lower-case letters, digits, '-'
    QString name;     ///< shown to people
    QString colour;   ///< "#rrggbb", always visible beside the name
    BackendKind backend = BackendKind::Remote;
    QUrl apiUrl; ///< base of the REST routes; empty for Embedded until resolved
    QUrl socketUrl;
    QUrl issuer; ///< OAuth issuer, or base of the platform's auth service
    SignInKind signIn = SignInKind::OAuth;
    QString clientId;
    QStringList scopes;
    QString resource; ///< RFC 8707 resource indicator, sent as `resource`; may be empty
    /// `prompt` of OpenID Connect Core 3.1.2.1; empty: by the scopes, "default": never sent.
    QString prompt;
    QString audience; ///< sent as `audience` to servers that do not know RFC 8707; may be empty
    SocketCredential socketCredential = SocketCredential::Header;
    Greeting greeting = Greeting::Auto;
    std::chrono::milliseconds handshakeSettle{500}; ///< pause after handshake_complete (3.4)
    QString protocol = QStringLiteral("platform");  ///< "platform" or "ag-ui"
    AttachmentTransport attachments = AttachmentTransport::Inline;
    qint64 maxFrameBytes = 4'500'000; ///< largest frame we send
    qint64 maxAttachmentBytes = 4'500'000;
    std::chrono::seconds silenceNotice{30}; ///< "quiet" is said after this much silence in a run
    QString caFile;                         ///< extra certificate authorities, PEM; empty: OS store only
    ProxyChoice proxy;
    bool supportMode = false; ///< raw frames and parameters without a claim in the token
    QString source;           ///< file or resource the profile was read from
    QStringList locked;       ///< keys whose values an administrator's policy fixes
    QString lockedBy;         ///< the policy file; empty if nothing is locked
    /// Of the proxy; from the keychain when the environment opens, never from a file.
    std::shared_ptr<const ProxySignIn> proxySignIn;
};

struct Policy;

/// Reads one profile; a missing or invalid key is an error that names file and key. No defaults for URLs.
/// `policy`, if any, fills and overrules keys.
[[nodiscard]] Expected<Profile> parseProfile(const QByteArray& json, const QString& source,
                                             const Policy* policy = nullptr);

/// All profiles: built-in ones, then those in `<config>/environments/*.json` (same id replaces a built-in
/// one), then those of the computer's policy, which nobody replaces.
class ProfileCatalog {
public:
    /// Reads built-in profiles, the user's folder and the policy file; broken user files are listed in
    /// errors(), not hidden. A policy file that cannot be used leaves no environment: what it forbids is not
    /// known then.
    [[nodiscard]] static ProfileCatalog load(const QString& userFolder,
                                             const QString& policyFile = policyPath());
    [[nodiscard]] const std::vector<Profile>& profiles() const { return m_profiles; }
    [[nodiscard]] const std::vector<Error>& errors() const { return m_errors; }
    /// The named profile, or a NotFound error that lists the known names.
    [[nodiscard]] Expected<Profile> find(const EnvironmentId& id) const;
    /// Why nothing is offered: the policy cannot be used, or allows only environments that it does not name.
    [[nodiscard]] std::optional<Error> nothingOffered() const;
    /// The policy's file if it allows no environments but its own; else empty.
    [[nodiscard]] const QString& onlyBy() const { return m_onlyBy; }
    /// The keys whose values the policy fixes in every profile, and its file.
    [[nodiscard]] const QStringList& locked() const { return m_locked; }
    [[nodiscard]] const QString& lockedBy() const { return m_lockedBy; }

private:
    void readFolder(const QString& folder, const Policy* policy);
    void keep(Expected<Profile> profile);

    bool m_closed = false; ///< the policy cannot be used
    QString m_onlyBy;
    QStringList m_locked;
    QString m_lockedBy;
    std::vector<Profile> m_profiles;
    std::vector<Error> m_errors;
};

} // namespace apex::environment
