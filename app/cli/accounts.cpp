// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/account_index.h"
#include "cli/command.h"
#include "environment/paths.h"

#include <QJsonArray>

namespace apex::cli {

using namespace Qt::StringLiterals;

int accounts(const QStringList& arguments) {
    const QString schema = u"apex/accounts/1"_s;
    QCommandLineParser parser;
    parser.setApplicationDescription(u"Lists the accounts that are signed in on this installation."_s);
    const QCommandLineOption json(u"json"_s, u"Print one JSON document, schema apex/accounts/1."_s);
    parser.addOption(json);
    if (const auto code = parse(parser, arguments))
        return *code;

    const auto paths = environment::resolvePaths();
    if (!paths)
        return giveUp(paths.error(), parser.isSet(json), schema);
    const auto known = auth::AccountIndex(paths->config).accounts();
    if (!known)
        return giveUp(known.error(), parser.isSet(json), schema);
    if (parser.isSet(json)) {
        QJsonArray list;
        for (const auth::Account& account : *known)
            list.append(QJsonObject{{u"environment"_s, account.environment.toString()},
                                    {u"account"_s, account.user.toString()},
                                    {u"name"_s, account.displayName}});
        printJson({{u"schema"_s, schema}, {u"accounts"_s, list}});
        return AsAsked;
    }
    if (known->empty())
        printLine(u"No account is signed in here. Sign in with: apex sign-in --environment NAME"_s);
    for (const auth::Account& account : *known)
        printLine(u"%1  %2  (%3)"_s.arg(account.environment.toString(), account.displayName,
                                        account.user.toString()));
    return AsAsked;
}

} // namespace apex::cli
