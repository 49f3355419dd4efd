// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <vector>

namespace apex::diagnosis {

/// Everything the doctor can name. The code is stable; words are for people.
enum class Fault {
    None,
    // This computer
    TlsLibraryMissing,
    FolderUnusable,
    DatabaseUnusable,
    KeychainAbsent,
    KeychainLocked,
    KeychainDenied,
    KeychainUnreliable,
    ProfileUnusable,
    // The way
    NameUnknown,
    ConnectionRefused,
    NoAnswer,
    ProxyUnreachable,
    ProxySignIn,
    UnknownAuthority,
    CertificateExpired,
    CertificateWrongHost,
    OldTlsVersion,
    CertificateRefused,
    // The servers
    BackendUnwell,
    ClockSkew,
    DiscoveryMissing,
    IssuerMismatch,
    DiscoveryUnusable,
    ClientRefused,
    RedirectRefused,
    // The account
    SignedOut,
    SignInEnded,
    RenewalFailing,
    TokenExpired,
    TokenWrongAudience,
    // The socket
    TicketRefused,
    SocketUnauthorized,
    SocketForbidden,
    SocketNotFound,
    HeadersTooLarge,
    SocketBusy,
    UpgradeBlocked,
    SubprotocolIgnored,
    NoGreeting,
    ClosedByServer,
};

/// A fault in words: what it means, and what to do. Sentences for people, translated.
struct FaultWords {
    QString means;
    QString fix;
};

/// The stable name of a fault in JSON and reports ("proxy_sign_in"); empty for None.
[[nodiscard]] QString faultCode(Fault fault);
/// Its words.
[[nodiscard]] FaultWords faultWords(Fault fault);
/// Every fault but None.
[[nodiscard]] std::vector<Fault> allFaults();

} // namespace apex::diagnosis
