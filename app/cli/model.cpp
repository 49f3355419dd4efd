// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/llm/chat_client.h"
#include "cli/command.h"
#include "cli/home_model.h"
#include "cli/secret_input.h"

namespace apex::cli {

namespace {

using namespace Qt::StringLiterals;

const QString schema = u"apex/model/1"_s;

QJsonObject modelJson(const std::optional<backend::ModelSettings>& settings) {
    QJsonObject json{{u"schema"_s, schema}, {u"on"_s, settings.has_value()}};
    if (settings) {
        json[u"base_url"_s] = settings->base.toString();
        json[u"model"_s] = settings->model;
        json[u"time_limit_seconds"_s] = static_cast<qint64>(settings->timeLimit.count());
        json[u"has_key"_s] = settings->hasKey;
        json[u"leaves_this_computer"_s] = !settings->staysOnThisComputer();
    }
    return json;
}

int show(HomeModel& models, bool json) {
    const auto settings = models.settings();
    if (!settings)
        return giveUp(settings.error(), json, schema);
    if (json)
        printJson(modelJson(*settings));
    else if (*settings)
        printLine(modelSentence(**settings));
    else
        printLine(u"No language model is on; answers are made by rules, and nothing leaves this computer."_s);
    return AsAsked;
}

int set(HomeModel& models, const backend::ModelSettings& settings, bool withKey, bool json) {
    complain(u"Switching on: "_s + modelSentence(settings));
    Secret key;
    if (withKey) {
        key = readSecretLine(u"API key: "_s);
        if (key.isEmpty())
            return giveUp(makeError(ErrorKind::InvalidInput, u"No API key came on standard input."_s), json,
                          schema);
    }
    if (const auto done = models.set(settings, std::move(key)); !done)
        return giveUp(done.error(), json, schema);
    return show(models, json);
}

int off(HomeModel& models, bool json) {
    if (const auto done = models.off(); !done)
        return giveUp(done.error(), json, schema);
    return show(models, json);
}

backend::ChatRequest trial(const QString& text, bool withTool) {
    backend::ChatRequest request;
    request.messages.append(QJsonObject{{u"role"_s, u"user"_s}, {u"content"_s, text}});
    request.mostTokens = 200;
    if (withTool) {
        const QJsonObject parameters{{u"type"_s, u"object"_s}, {u"properties"_s, QJsonObject()}};
        const QJsonObject function{{u"name"_s, u"ping"_s},
                                   {u"description"_s, u"Tests that functions can be called"_s},
                                   {u"parameters"_s, parameters}};
        request.tools.append(QJsonObject{{u"type"_s, u"function"_s}, {u"function"_s, function}});
    }
    return request;
}

/// Two small requests: one for words, one for a call of a function.
int test(HomeModel& models, bool json) {
    const auto settings = models.settings();
    if (!settings)
        return giveUp(settings.error(), json, schema);
    if (!*settings)
        return giveUp(makeError(ErrorKind::Configuration, u"No language model is on."_s,
                                u"Set one with `apex model --set URL --model NAME`."_s),
                      json, schema);
    auto key = models.key(**settings, {});
    if (!key)
        return giveUp(key.error(), json, schema);
    const backend::ModelAccess access{**settings, std::move(*key)};
    const backend::ChatClient client(access);
    const auto limit = std::chrono::milliseconds(access.settings.timeLimit);
    const auto words = client.ask(trial(u"Reply with the word ready."_s, false), limit, {});
    if (!words)
        return giveUp(words.error(), json, schema);
    const auto calls = client.ask(trial(u"Call the function ping."_s, true), limit, {});
    const bool tools = calls && !calls->toolCalls.empty();
    const bool usage = words->usage.has_value();
    if (json) {
        QJsonObject document = modelJson(*settings);
        document[u"test"_s] = QJsonObject{{u"reachable"_s, true},
                                          {u"streams"_s, words->streamed},
                                          {u"calls_tools"_s, tools},
                                          {u"reports_tokens"_s, usage}};
        if (!calls)
            document[u"tool_error"_s] = errorToJson(calls.error());
        printJson(document);
    } else {
        const auto line = [](const QString& what, bool well) {
            printLine((well ? u"yes  "_s : u"no   "_s) + what);
        };
        line(u"%1 answers as %2"_s.arg(access.settings.host(), access.settings.model), true);
        line(u"streams its answer"_s, words->streamed);
        line(u"calls tools"_s, tools);
        line(u"says how many tokens it used"_s, usage);
        if (!calls)
            complain(calls.error());
    }
    return tools ? AsAsked : FellShort;
}

} // namespace

int model(const QStringList& arguments) {
    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"Shows, sets, tests or switches off the language model that words the embedded backend's answers. It is off by default."_s);
    const QCommandLineOption address(
        u"set"_s, u"Address of an OpenAI-compatible endpoint, for example http://127.0.0.1:11434/v1."_s,
        u"URL"_s);
    const QCommandLineOption name(u"model"_s, u"Name of the model there."_s, u"NAME"_s);
    const QCommandLineOption limit(u"time-limit"_s,
                                   u"Seconds the model may take in one run, 5 to 600 (default 120)."_s,
                                   u"S"_s, u"120"_s);
    const QCommandLineOption withKey(
        u"key-stdin"_s,
        u"Read the API key from standard input and keep it in the keychain. Without it no key is used."_s);
    const QCommandLineOption switchOff(u"off"_s, u"Switch the model off and remove its key."_s);
    const QCommandLineOption tryIt(u"test"_s, u"Ask the endpoint and say what worked."_s);
    const QCommandLineOption json(u"json"_s, u"Print one JSON document, schema apex/model/1."_s);
    parser.addOptions({address, name, limit, withKey, switchOff, tryIt, json});
    if (const auto code = parse(parser, arguments))
        return *code;
    const int actions = int(parser.isSet(address)) + int(parser.isSet(switchOff)) + int(parser.isSet(tryIt));
    const bool setting = parser.isSet(address) && parser.isSet(name);
    if (actions > 1 || !parser.positionalArguments().isEmpty() ||
        (!setting && (parser.isSet(address) || parser.isSet(name) || parser.isSet(withKey)))) {
        complain(u"apex model: give one of --set URL --model NAME, --test and --off, or nothing."_s);
        return WrongUsage;
    }
    const auto paths = environment::resolvePaths();
    if (!paths)
        return giveUp(paths.error(), parser.isSet(json), schema);
    HomeModel models(*paths);
    if (setting) {
        const auto settings = backend::makeModelSettings(parser.value(address), parser.value(name),
                                                         parser.value(limit).toInt());
        if (!settings)
            return giveUp(settings.error(), parser.isSet(json), schema);
        return set(models, *settings, parser.isSet(withKey), parser.isSet(json));
    }
    if (parser.isSet(switchOff))
        return off(models, parser.isSet(json));
    return parser.isSet(tryIt) ? test(models, parser.isSet(json)) : show(models, parser.isSet(json));
}

} // namespace apex::cli
