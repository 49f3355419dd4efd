// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/close_codes.h"

#include <QCoreApplication>

#include <algorithm>

namespace apex::connection {

namespace {

constexpr const char* Context = "CloseCode";

constexpr std::array<CloseMeaning, 16> Meanings{{
    {1000, CloseReaction::Reconnect, ErrorKind::Network,
     QT_TRANSLATE_NOOP("CloseCode", "The server ended the connection."), ""},
    {1001, CloseReaction::Reconnect, ErrorKind::Unavailable,
     QT_TRANSLATE_NOOP("CloseCode", "The server is going away or restarting."), ""},
    {1002, CloseReaction::Reconnect, ErrorKind::Protocol,
     QT_TRANSLATE_NOOP("CloseCode", "The server found a fault in how the connection was used."), ""},
    {1003, CloseReaction::Refuse, ErrorKind::Configuration,
     QT_TRANSLATE_NOOP("CloseCode",
                       "The server does not take the sign-in in the form this environment uses."),
     QT_TRANSLATE_NOOP("CloseCode",
                       "Ask an administrator to check \"socket_credential\" of this environment.")},
    {1006, CloseReaction::Reconnect, ErrorKind::Network,
     QT_TRANSLATE_NOOP("CloseCode", "The connection broke."), ""},
    {1007, CloseReaction::Reconnect, ErrorKind::Protocol,
     QT_TRANSLATE_NOOP("CloseCode", "A message on the connection held broken text."), ""},
    {1008, CloseReaction::Authenticate, ErrorKind::Authentication,
     QT_TRANSLATE_NOOP("CloseCode", "The server did not accept this sign-in."),
     QT_TRANSLATE_NOOP("CloseCode", "If it stays so, sign in again.")},
    {1009, CloseReaction::Reconnect, ErrorKind::TooLarge,
     QT_TRANSLATE_NOOP("CloseCode", "A message was larger than the server or this program takes."),
     QT_TRANSLATE_NOOP("CloseCode", "Shorten it or attach less before you send it again.")},
    {1011, CloseReaction::Reconnect, ErrorKind::Unavailable,
     QT_TRANSLATE_NOOP("CloseCode", "The server has a problem or is still starting."), ""},
    {1012, CloseReaction::Reconnect, ErrorKind::Unavailable,
     QT_TRANSLATE_NOOP("CloseCode", "The server is restarting."), ""},
    {1013, CloseReaction::Reconnect, ErrorKind::Unavailable,
     QT_TRANSLATE_NOOP("CloseCode", "The server is busy and asks to try later."), ""},
    {1014, CloseReaction::Reconnect, ErrorKind::Unavailable,
     QT_TRANSLATE_NOOP("CloseCode", "A gateway on the way could not reach the server."), ""},
    {1015, CloseReaction::Reconnect, ErrorKind::Tls,
     QT_TRANSLATE_NOOP("CloseCode", "The secure channel could not be trusted."),
     QT_TRANSLATE_NOOP("CloseCode", "Your company's certificate may be missing. Run the connection check.")},
    {4401, CloseReaction::Authenticate, ErrorKind::Authentication,
     QT_TRANSLATE_NOOP("CloseCode", "The server did not accept this sign-in."),
     QT_TRANSLATE_NOOP("CloseCode", "If it stays so, sign in again.")},
    {4403, CloseReaction::Refuse, ErrorKind::Denied,
     QT_TRANSLATE_NOOP("CloseCode", "This account is not allowed to use this service."),
     QT_TRANSLATE_NOOP("CloseCode", "Ask an administrator for access.")},
    {4429, CloseReaction::Reconnect, ErrorKind::Unavailable,
     QT_TRANSLATE_NOOP("CloseCode", "There were too many connections or messages from this account."), ""},
}};

constexpr CloseMeaning PrivateCode{4400, CloseReaction::Authenticate, ErrorKind::Authentication,
                                   QT_TRANSLATE_NOOP("CloseCode", "The server did not accept this sign-in."),
                                   QT_TRANSLATE_NOOP("CloseCode", "If it stays so, sign in again.")};
constexpr CloseMeaning OtherCode{
    0, CloseReaction::Reconnect, ErrorKind::Network,
    QT_TRANSLATE_NOOP("CloseCode", "The server ended the connection for a reason of its own."), ""};

QString translated(const char* text) {
    return *text == '\0' ? QString() : QCoreApplication::translate(Context, text);
}

} // namespace

const std::array<CloseMeaning, 16>& closeMeanings() {
    return Meanings;
}

const CloseMeaning& closeMeaning(int code) {
    const auto* row = std::find_if(Meanings.begin(), Meanings.end(),
                                   [code](const CloseMeaning& meaning) { return meaning.code == code; });
    if (row != Meanings.end())
        return *row;
    return code >= 4400 && code < 4500 ? PrivateCode : OtherCode;
}

QString closeSentence(int code) {
    return translated(closeMeaning(code).sentence);
}

Error closeError(int code, const QString& reason) {
    const CloseMeaning& meaning = closeMeaning(code);
    QString details = QStringLiteral("close %1").arg(code);
    if (!reason.isEmpty())
        details += QStringLiteral(", reason: ") + reason;
    return makeError(meaning.kind, translated(meaning.sentence), translated(meaning.action), details);
}

} // namespace apex::connection
