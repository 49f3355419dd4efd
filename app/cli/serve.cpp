// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/agent_run.h"
#include "backend/server/server.h"
#include "base/logging.h"
#include "cli/command.h"
#include "environment/local_backend.h"
#include "environment/paths.h"
#include "llm/home_model.h"

#include <QFile>
#include <QJsonDocument>

#include <cstdio>
#include <thread>

namespace apex::cli {

namespace {

using namespace Qt::StringLiterals;
using llm::HomeModel;
using llm::modelSentence;

const QString schema = u"apex/serve/1"_s;

/// The price file of this home if the user made one, else the one built in.
QString priceFile(const QString& chosen, const environment::Paths& paths) {
    if (!chosen.isEmpty())
        return chosen;
    const QString own = paths.config + u"/prices.json"_s;
    return QFile::exists(own) ? own : u":/apex/prices/prices.json"_s;
}

/// Stops the server when our standard input closes, as it does when the program that started us ends.
void stopWithStdin(backend::Server& server) {
    std::thread([&server] {
        while (std::getchar() != EOF) {
        }
        server.requestStop();
    }).detach();
}

/// What leaves this computer is said on stderr, before the first run.
void tellModel(HomeModel& models) {
    const auto settings = models.settings();
    if (!settings)
        return complain(settings.error());
    if (*settings)
        complain(u"Language model: "_s + modelSentence(**settings));
}

std::optional<quint16> portOf(const QString& text) {
    bool ok = false;
    const uint port = text.toUInt(&ok);
    if (!ok || port > 65535)
        return std::nullopt;
    return static_cast<quint16>(port);
}

/// Runs until it is told to stop.
int host(backend::ServerOptions options, const environment::Paths& paths, bool machine, bool withStdin) {
    HomeModel models(paths);
    options.run = [&models](const backend::RunRequest& request, const backend::FrameSink& sink,
                            std::stop_token stop, const Clock& clock) {
        return backend::runAgentsWithModel(request, sink, std::move(stop), clock, models);
    };
    const QString folder = options.dataDir;
    backend::Server server(std::move(options));
    const auto started = server.start();
    if (!started)
        return giveUp(started.error(), machine, schema);
    // Only once the folder is ours: a second process must not write into the first one's log.
    installLogging(environment::backendLog(folder));
    if (machine)
        printBytes(QJsonDocument(started->toJson()).toJson(QJsonDocument::Compact) + '\n');
    else
        printLine(u"Serving on %1 (Ctrl-C stops). Data: %2"_s.arg(started->baseUrl, folder));
    tellModel(models);
    if (withStdin)
        stopWithStdin(server);
    server.run();
    return AsAsked;
}

} // namespace

int serve(const QStringList& arguments) {
    QCommandLineParser parser;
    parser.setApplicationDescription(u"Runs the embedded backend on the loopback address only."_s);
    const QCommandLineOption port(
        u"port"_s, u"Port; 0 (default) takes the last one of this data folder or a free one."_s, u"N"_s,
        u"0"_s);
    const QCommandLineOption data(u"data"_s, u"Folder of the backend's state; default: this home's own."_s,
                                  u"DIR"_s);
    const QCommandLineOption bind(u"bind"_s, u"Address; only 127.0.0.1 and ::1 are accepted."_s, u"ADDRESS"_s,
                                  u"127.0.0.1"_s);
    const QCommandLineOption prices(u"prices"_s, u"Price file to use."_s, u"FILE"_s);
    const QCommandLineOption tokenLife(u"access-token-life"_s,
                                       u"Seconds an access token is good for, 5 to 86400 (default 900)."_s,
                                       u"S"_s, u"900"_s);
    const QCommandLineOption announce(u"announce"_s, u"Print one JSON line with the addresses first."_s);
    const QCommandLineOption json(u"json"_s, u"The same as --announce."_s);
    const QCommandLineOption withStdin(u"exit-with-stdin"_s, u"Stop when standard input closes."_s);
    parser.addOptions({port, data, bind, prices, tokenLife, announce, json, withStdin});
    if (const auto code = parse(parser, arguments))
        return *code;
    const auto number = portOf(parser.value(port));
    if (!number || !parser.positionalArguments().isEmpty())
        return refuse(arguments,
                      u"--port takes a number from 0 to 65535, and there are no other arguments."_s);
    bool lifeOk = false;
    const int life = parser.value(tokenLife).toInt(&lifeOk);
    if (!lifeOk || life < 5 || life > 86'400)
        return refuse(arguments, u"--access-token-life takes whole seconds from 5 to 86400."_s);
    const bool machine = parser.isSet(announce) || parser.isSet(json);
    const auto paths = environment::resolvePaths();
    if (!paths)
        return giveUp(paths.error(), machine, schema);

    backend::ServerOptions options;
    options.port = *number;
    options.dataDir = parser.isSet(data) ? parser.value(data) : paths->backendData();
    options.bindAddress = parser.value(bind);
    options.priceFilePath = priceFile(parser.value(prices), *paths);
    options.accessTokenLife = std::chrono::seconds(life);
    options.handleSignals = true;
    return host(std::move(options), *paths, machine, parser.isSet(withStdin));
}

} // namespace apex::cli
