// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/socket_ticket.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>

namespace apex::protocol {

using namespace Qt::StringLiterals;

Expected<Secret> decodeSocketTicket(const QByteArray& body) {
    const QJsonObject ticket = QJsonDocument::fromJson(body).object();
    QString id = ticket["ticket_id"_L1].toString();
    if (id.isEmpty())
        id = ticket["ticket"_L1].toString();
    if (id.isEmpty())
        return fail(ErrorKind::Protocol,
                    QCoreApplication::translate("apex::protocol",
                                                "The server gave no ticket for the live connection."));
    return Secret(id.toLatin1());
}

} // namespace apex::protocol
