// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnosis/fault.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace apex::diagnosis {

namespace {

struct Row {
    Fault fault;
    const char* code;
    const char* means; ///< source text for translation
    const char* fix;   ///< source text for translation
};

constexpr const char* Context = "Fault";

constexpr std::array<Row, 40> Rows{{
    {Fault::TlsLibraryMissing, "tls_library_missing",
     QT_TRANSLATE_NOOP("Fault", "Without it no secure connection can be opened."),
     QT_TRANSLATE_NOOP("Fault", "Install the TLS plugin of Qt and OpenSSL 3.")},
    {Fault::FolderUnusable, "folder_unusable",
     QT_TRANSLATE_NOOP("Fault", "Chats, drafts and recordings cannot be kept."),
     QT_TRANSLATE_NOOP("Fault",
                       "Check the folder's owner and the free space, or set APEX_HOME to another folder.")},
    {Fault::DatabaseUnusable, "database_unusable",
     QT_TRANSLATE_NOOP("Fault", "Chats cannot be kept or searched."),
     QT_TRANSLATE_NOOP("Fault", "Install the SQLite driver of Qt (package libqt6sql6-sqlite).")},
    {Fault::KeychainAbsent, "keychain_absent",
     QT_TRANSLATE_NOOP("Fault", "No keychain service runs for this session, so nobody can stay signed in."),
     QT_TRANSLATE_NOOP("Fault", "Start the keyring of this desktop (for example gnome-keyring or KWallet), "
                                "or sign in for this session only.")},
    {Fault::KeychainLocked, "keychain_locked",
     QT_TRANSLATE_NOOP("Fault",
                       "The credentials are there but cannot be read until the keyring is unlocked."),
     QT_TRANSLATE_NOOP("Fault", "Unlock your keyring, usually with your login password, and try again.")},
    {Fault::KeychainDenied, "keychain_denied",
     QT_TRANSLATE_NOOP("Fault", "You or a policy refused access to the keychain."),
     QT_TRANSLATE_NOOP("Fault", "Allow Apex Desktop in the keychain's settings and try again.")},
    {Fault::KeychainUnreliable, "keychain_unreliable",
     QT_TRANSLATE_NOOP("Fault",
                       "What is written to the keychain does not come back, so a sign-in would be lost."),
     QT_TRANSLATE_NOOP("Fault", "Check the keyring service of this desktop; the details name it.")},
    {Fault::ProfileUnusable, "profile_unusable",
     QT_TRANSLATE_NOOP("Fault", "The environment cannot be opened."),
     QT_TRANSLATE_NOOP("Fault", "Correct the file that is named, or ask whoever gave it to you.")},
    {Fault::NameUnknown, "name_unknown",
     QT_TRANSLATE_NOOP("Fault", "The network's name service does not know the server."),
     QT_TRANSLATE_NOOP("Fault",
                       "Check the address in the environment's file, and whether the VPN is connected.")},
    {Fault::ConnectionRefused, "connection_refused",
     QT_TRANSLATE_NOOP("Fault", "The computer was reached, but nothing answers at this port."),
     QT_TRANSLATE_NOOP(
         "Fault", "Check the port in the environment's file; ask the operator whether the service runs.")},
    {Fault::NoAnswer, "no_answer",
     QT_TRANSLATE_NOOP("Fault",
                       "Something on the way swallows the connection: a firewall, or the server is off."),
     QT_TRANSLATE_NOOP("Fault", "Check network and VPN; ask whether a firewall lets this address pass.")},
    {Fault::ProxyUnreachable, "proxy_unreachable",
     QT_TRANSLATE_NOOP("Fault", "Connections have to take this proxy, and it cannot be reached."),
     QT_TRANSLATE_NOOP("Fault",
                       "Check the proxy in the environment's file or in the settings of this computer.")},
    {Fault::ProxySignIn, "proxy_sign_in",
     QT_TRANSLATE_NOOP("Fault", "The proxy lets nobody pass without name and password (HTTP 407)."),
     QT_TRANSLATE_NOOP("Fault",
                       "Store them in the keychain: press the button in the connection check, or run: apex "
                       "proxy --environment NAME --user USER")},
    {Fault::UnknownAuthority, "unknown_authority",
     QT_TRANSLATE_NOOP("Fault", "Nobody whom this computer trusts vouches for the server: the company's own "
                                "authority is missing here, or somebody is in between."),
     QT_TRANSLATE_NOOP("Fault", "Have the authority's certificate installed on this computer, or name its "
                                "PEM file as \"ca_file\" of the environment.")},
    {Fault::CertificateExpired, "certificate_expired",
     QT_TRANSLATE_NOOP("Fault", "The server's certificate does not hold today."),
     QT_TRANSLATE_NOOP(
         "Fault",
         "Check the date of this computer; if it is right, the operator has to renew the certificate.")},
    {Fault::CertificateWrongHost, "certificate_wrong_host",
     QT_TRANSLATE_NOOP(
         "Fault",
         "The certificate belongs to another host: the address is wrong, or somebody is in between."),
     QT_TRANSLATE_NOOP("Fault",
                       "Check the address in the environment's file; if it is right, tell the operator.")},
    {Fault::OldTlsVersion, "old_tls_version",
     QT_TRANSLATE_NOOP("Fault",
                       "The server offers only outdated versions of TLS, which this program refuses."),
     QT_TRANSLATE_NOOP("Fault", "Ask the operator for TLS 1.2 or newer.")},
    {Fault::CertificateRefused, "certificate_refused",
     QT_TRANSLATE_NOOP("Fault", "The server's certificate could not be trusted."),
     QT_TRANSLATE_NOOP("Fault", "The details name the reason; show them to the operator.")},
    {Fault::BackendUnwell, "backend_unwell",
     QT_TRANSLATE_NOOP("Fault", "The way is open, but the service is not well or is still starting."),
     QT_TRANSLATE_NOOP("Fault", "Try again in a minute; if it stays so, tell the operator.")},
    {Fault::ClockSkew, "clock_skew",
     QT_TRANSLATE_NOOP(
         "Fault",
         "Sign-ins carry times. With clocks this far apart servers refuse them as expired or not yet valid."),
     QT_TRANSLATE_NOOP("Fault", "Switch on automatic time on this computer; if it is right, the operator has "
                                "to correct the server's clock.")},
    {Fault::DiscoveryMissing, "discovery_missing",
     QT_TRANSLATE_NOOP("Fault", "The sign-in server does not describe itself where the standards say."),
     QT_TRANSLATE_NOOP("Fault", "Check \"issuer\" in the environment's file: it is often the address without "
                                "its path, or with one too many.")},
    {Fault::IssuerMismatch, "issuer_mismatch",
     QT_TRANSLATE_NOOP("Fault", "The sign-in server calls itself by another name; going on would allow one "
                                "server to pose as another."),
     QT_TRANSLATE_NOOP("Fault", "Set \"issuer\" in the environment's file to exactly the name that the "
                                "details give, if you trust it.")},
    {Fault::DiscoveryUnusable, "discovery_unusable",
     QT_TRANSLATE_NOOP("Fault", "The sign-in server lacks what a safe sign-in needs."),
     QT_TRANSLATE_NOOP("Fault",
                       "Show the details to its operator: the code flow with PKCE S256 must be offered.")},
    {Fault::ClientRefused, "client_refused",
     QT_TRANSLATE_NOOP("Fault", "The sign-in server does not know this program."),
     QT_TRANSLATE_NOOP("Fault", "Check \"client_id\" and \"scopes\" in the environment's file; have the "
                                "client registered as a public native one.")},
    {Fault::RedirectRefused, "redirect_refused",
     QT_TRANSLATE_NOOP("Fault", "The sign-in server will not send the browser back to this computer."),
     QT_TRANSLATE_NOOP("Fault", "Have the redirect address http://127.0.0.1/callback registered for the "
                                "client, with any port (RFC 8252).")},
    {Fault::SignedOut, "signed_out",
     QT_TRANSLATE_NOOP("Fault", "No account is signed in to this environment."),
     QT_TRANSLATE_NOOP("Fault",
                       "Sign in: press the button in the window, or run: apex sign-in --environment NAME")},
    {Fault::SignInEnded, "sign_in_ended",
     QT_TRANSLATE_NOOP("Fault", "The sign-in cannot be renewed: the server withdrew it, it was unused for "
                                "too long, or it was made at another address."),
     QT_TRANSLATE_NOOP("Fault", "Sign in again. Chats, drafts and recordings stay.")},
    {Fault::RenewalFailing, "renewal_failing",
     QT_TRANSLATE_NOOP(
         "Fault",
         "The sign-in holds, but renewing it does not work at the moment; it is tried again by itself."),
     QT_TRANSLATE_NOOP("Fault", "Check the sign-in server's line in this list; nothing is lost meanwhile.")},
    {Fault::TokenExpired, "token_expired",
     QT_TRANSLATE_NOOP("Fault", "The access token is over and nothing can renew it, as with a pasted one."),
     QT_TRANSLATE_NOOP("Fault", "Sign in again, or paste a fresh token.")},
    {Fault::TokenWrongAudience, "token_wrong_audience",
     QT_TRANSLATE_NOOP("Fault", "The token is made out to another service, so this one will refuse it."),
     QT_TRANSLATE_NOOP("Fault",
                       "Check \"resource\" or \"audience\" in the environment's file, then sign in again.")},
    {Fault::TicketRefused, "ticket_refused",
     QT_TRANSLATE_NOOP("Fault", "This environment opens its live connection with a one-time ticket, and the "
                                "service gives none."),
     QT_TRANSLATE_NOOP("Fault", "Check \"api_url\" and \"socket_credential\" in the environment's file: "
                                "\"header\" or \"subprotocol\" may be wanted; else show the details to the "
                                "operator.")},
    {Fault::SocketUnauthorized, "socket_unauthorized",
     QT_TRANSLATE_NOOP("Fault",
                       "The server does not accept this sign-in for the live connection (HTTP 401)."),
     QT_TRANSLATE_NOOP(
         "Fault", "Sign in again; if it stays so, check \"socket_credential\" in the environment's file.")},
    {Fault::SocketForbidden, "socket_forbidden",
     QT_TRANSLATE_NOOP("Fault", "The server knows the account but does not let it in (HTTP 403)."),
     QT_TRANSLATE_NOOP("Fault", "Ask an administrator for access to the service; some servers answer so to a "
                                "program that is not on their list of origins.")},
    {Fault::SocketNotFound, "socket_not_found",
     QT_TRANSLATE_NOOP("Fault", "There is no live connection at this address (HTTP 404)."),
     QT_TRANSLATE_NOOP("Fault", "Check the path of \"socket_url\" in the environment's file.")},
    {Fault::HeadersTooLarge, "headers_too_large",
     QT_TRANSLATE_NOOP("Fault", "The sign-in is larger than the server or a gateway takes in its headers."),
     QT_TRANSLATE_NOOP(
         "Fault",
         "Ask the operator to allow larger headers or to put fewer groups and claims into the token.")},
    {Fault::SocketBusy, "socket_busy", QT_TRANSLATE_NOOP("Fault", "The server asks to come back later."),
     QT_TRANSLATE_NOOP("Fault", "Wait a minute and try again.")},
    {Fault::UpgradeBlocked, "upgrade_blocked",
     QT_TRANSLATE_NOOP("Fault", "Something on the way answers, but does not let a live connection through; "
                                "often a proxy or gateway without WebSocket."),
     QT_TRANSLATE_NOOP("Fault",
                       "Ask whoever runs the proxy or gateway to allow WebSocket upgrades for this host.")},
    {Fault::SubprotocolIgnored, "subprotocol_ignored",
     QT_TRANSLATE_NOOP(
         "Fault",
         "The server did not take up the subprotocol that carries the sign-in, so it may not see it."),
     QT_TRANSLATE_NOOP("Fault",
                       "Check \"socket_credential\" in the environment's file: another form may be wanted.")},
    {Fault::NoGreeting, "no_greeting",
     QT_TRANSLATE_NOOP("Fault", "The live connection opened, but the server never said that it is ready; "
                                "messages sent now could be lost."),
     QT_TRANSLATE_NOOP("Fault", "Check \"socket_url\" and \"greeting\" in the environment's file; ask the "
                                "operator whether the chat service behind the gateway runs.")},
    {Fault::ClosedByServer, "closed_by_server",
     QT_TRANSLATE_NOOP("Fault", "The server opened the live connection and closed it at once."),
     QT_TRANSLATE_NOOP("Fault", "The details give its reason; sign in again if it speaks of the sign-in, "
                                "else show it to the operator.")},
}};

const Row* rowOf(Fault fault) {
    const auto* row =
        std::find_if(Rows.begin(), Rows.end(), [fault](const Row& r) { return r.fault == fault; });
    return row == Rows.end() ? nullptr : row;
}

} // namespace

QString faultCode(Fault fault) {
    const Row* row = rowOf(fault);
    return row == nullptr ? QString() : QString::fromLatin1(row->code);
}

FaultWords faultWords(Fault fault) {
    const Row* row = rowOf(fault);
    if (row == nullptr)
        return {};
    return {QCoreApplication::translate(Context, row->means), QCoreApplication::translate(Context, row->fix)};
}

std::vector<Fault> allFaults() {
    std::vector<Fault> all;
    all.reserve(Rows.size());
    for (const Row& row : Rows)
        all.push_back(row.fault);
    return all;
}

} // namespace apex::diagnosis
