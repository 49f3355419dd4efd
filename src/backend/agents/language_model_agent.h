// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/agent.h"
#include "backend/llm/chat_client.h"

namespace apex::backend {

/// Lets a language model choose further read-only tools and word the answer. Whatever goes wrong with it, a
/// stop apart, the run goes on without it and says so.
class LanguageModelAgent final : public Agent {
public:
    explicit LanguageModelAgent(ModelSource& source) : m_source(source) {}

    [[nodiscard]] QString name() const override;
    [[nodiscard]] QString task() const override;
    [[nodiscard]] Expected<QJsonObject> work(RunState& state) override;

private:
    /// The model's text; asks it until it has written one.
    [[nodiscard]] Expected<QString> converse(RunState& state, const ModelAccess& access);
    [[nodiscard]] Expected<ChatReply> request(RunState& state, const ModelAccess& access,
                                              const ChatRequest& request, MonoTime start);
    /// What the tool gave, for the model; only a stop is an error.
    [[nodiscard]] Expected<QString> runTool(RunState& state, const ModelToolCall& call);
    [[nodiscard]] Expected<QString> consult(RunState& state);

    ModelSource& m_source;
    QHash<QString, std::vector<double>> m_constants; ///< execution id -> numbers the model wrote into it
};

} // namespace apex::backend
