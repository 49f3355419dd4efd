// SPDX-License-Identifier: GPL-3.0-or-later
#include "llm/model_trial.h"

#include "backend/llm/chat_client.h"

#include <QJsonArray>
#include <QJsonObject>

namespace apex::llm {

namespace {

using namespace Qt::StringLiterals;

backend::ChatRequest trialRequest(const QString& text, bool withTool) {
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

} // namespace

Expected<ModelTrial> tryModel(HomeModel& models, std::stop_token stop) {
    const auto settings = models.settings();
    if (!settings)
        return fail(settings.error());
    if (!*settings)
        return fail(ErrorKind::Configuration, u"No language model is on."_s,
                    u"Set one with `apex model --set URL --model NAME`."_s);
    auto key = models.key(**settings, stop);
    if (!key)
        return fail(key.error());
    const backend::ModelAccess access{**settings, std::move(*key)};
    const backend::ChatClient client(access);
    const auto limit = std::chrono::milliseconds(access.settings.timeLimit);
    const auto words = client.ask(trialRequest(u"Reply with the word ready."_s, false), limit, stop);
    if (!words)
        return fail(words.error());
    const auto calls = client.ask(trialRequest(u"Call the function ping."_s, true), limit, stop);
    ModelTrial trial{access.settings, words->streamed, calls && !calls->toolCalls.empty(),
                     words->usage.has_value(), std::nullopt};
    if (!calls)
        trial.toolError = calls.error();
    return trial;
}

} // namespace apex::llm
