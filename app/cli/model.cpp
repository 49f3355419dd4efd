// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/command.h"
#include "cli/secret_input.h"
#include "llm/model_trial.h"

namespace apex::cli {

namespace {

using namespace Qt::StringLiterals;
using apex::llm::HomeModel;
using apex::llm::modelSentence;

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
        printLine(modelSentence(**settings) + u" `apex model --off` switches it off."_s);
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

/// Two small requests: one for words, one for a call of a function.
int test(HomeModel& models, bool json) {
    const auto trial = apex::llm::tryModel(models, {});
    if (!trial)
        return giveUp(trial.error(), json, schema);
    if (json) {
        QJsonObject document = modelJson(trial->settings);
        document[u"test"_s] = QJsonObject{{u"reachable"_s, true},
                                          {u"streams"_s, trial->streams},
                                          {u"calls_tools"_s, trial->callsTools},
                                          {u"reports_tokens"_s, trial->reportsTokens}};
        if (trial->toolError)
            document[u"tool_error"_s] = errorToJson(*trial->toolError);
        printJson(document);
    } else {
        const auto line = [](const QString& what, bool well) {
            printLine((well ? u"yes  "_s : u"no   "_s) + what);
        };
        line(u"%1 answers as %2"_s.arg(trial->settings.host(), trial->settings.model), true);
        line(u"streams its answer"_s, trial->streams);
        line(u"calls tools"_s, trial->callsTools);
        line(u"says how many tokens it used"_s, trial->reportsTokens);
        if (trial->toolError)
            complain(*trial->toolError);
    }
    return trial->callsTools ? AsAsked : FellShort;
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
