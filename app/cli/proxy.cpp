// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/command.h"
#include "connection/proxy_credentials.h"
#include "credentials/keychain_store.h"

#include <QCoreApplication>
#include <QFile>

namespace apex::cli {

namespace {

using namespace Qt::StringLiterals;

const QString schema = u"apex/proxy/1"_s;
constexpr qint64 maxPasswordBytes = 4096;

Secret passwordFromInput() {
    QFile input;
    if (!input.open(stdin, QIODevice::ReadOnly))
        return {};
    QByteArray line = input.readLine(maxPasswordBytes);
    while (line.endsWith('\n') || line.endsWith('\r'))
        line.chop(1);
    return Secret(std::move(line));
}

void succeed(const environment::Profile& profile, bool forgotten, bool json) {
    if (json)
        printJson(
            {{u"schema"_s, schema}, {u"environment"_s, profile.id.toString()}, {u"stored"_s, !forgotten}});
    else
        printLine(forgotten ? u"The proxy's name and password are gone from the keychain."_s
                            : u"The proxy's name and password are in the keychain."_s);
    QCoreApplication::exit(AsAsked);
}

} // namespace

int proxy(const QStringList& arguments) {
    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"Keeps name and password of an environment's proxy in the keychain. The password is the first line of standard input."_s);
    const QCommandLineOption environment(u"environment"_s, u"Environment the proxy belongs to (required)."_s,
                                         u"NAME"_s);
    const QCommandLineOption user(u"user"_s, u"Name at the proxy."_s, u"USER"_s);
    const QCommandLineOption forget(u"forget"_s, u"Remove what is kept."_s);
    const QCommandLineOption json(u"json"_s, u"Print one JSON document, schema apex/proxy/1."_s);
    parser.addOptions({environment, user, forget, json});
    if (const auto code = parse(parser, arguments))
        return *code;
    if (!parser.isSet(environment) || parser.isSet(user) == parser.isSet(forget))
        return refuse(arguments, u"--environment NAME and one of --user USER and --forget are required."_s);
    const auto paths = environment::resolvePaths();
    if (!paths)
        return giveUp(paths.error(), parser.isSet(json), schema);
    const auto profile = environment::ProfileCatalog::load(paths->userProfiles())
                             .find(EnvironmentId(parser.value(environment)));
    if (!profile)
        return giveUp(profile.error(), parser.isSet(json), schema);
    credentials::KeychainStore store;
    environment::ProxySignIn signIn;
    if (!parser.isSet(forget))
        signIn = {parser.value(user), passwordFromInput()};
    connection::storeProxySignIn(
        profile->id, std::move(signIn), *paths, store, &store, [&](const Expected<void>& done) {
            if (!done)
                return QCoreApplication::exit(giveUp(done.error(), parser.isSet(json), schema));
            succeed(*profile, parser.isSet(forget), parser.isSet(json));
        });
    return QCoreApplication::exec();
}

} // namespace apex::cli
