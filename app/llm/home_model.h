// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/llm/model_settings.h"
#include "credentials/keychain_store.h"
#include "environment/paths.h"

#include <QThread>

#include <functional>
#include <memory>

namespace apex::llm {

/// The language model of this home: its settings in a file of the home, its API key in the keychain. The
/// entry's name holds the address, so that a key is never sent to another one. Any thread; keychain calls run
/// one after the other in a thread of their own and block the caller for at most a minute.
class HomeModel final : public backend::ModelSource {
public:
    explicit HomeModel(const environment::Paths& paths);
    ~HomeModel() override;
    HomeModel(const HomeModel&) = delete;
    HomeModel& operator=(const HomeModel&) = delete;

    [[nodiscard]] Expected<std::optional<backend::ModelSettings>> settings() override;
    [[nodiscard]] Expected<Secret> key(const backend::ModelSettings& settings, std::stop_token stop) override;

    /// Switches the model on; an empty key is not kept. The key goes first, so that no settings without their
    /// key stay behind; the key of a model before it goes last.
    [[nodiscard]] Expected<void> set(backend::ModelSettings settings, Secret key);
    /// Switches it off at once and removes its key.
    [[nodiscard]] Expected<void> off();

private:
    [[nodiscard]] QString entryOf(const backend::ModelSettings& settings) const;
    [[nodiscard]] Expected<void> keepKey(const backend::ModelSettings& settings, Secret key);
    [[nodiscard]] Expected<void> forgetKey(const backend::ModelSettings& settings);

    QString m_path;
    QString m_homeHash;
    QThread m_thread;
    QObject m_anchor;                                    ///< lives in m_thread
    std::unique_ptr<credentials::KeychainStore> m_store; ///< lives in m_thread
};

/// The settings file of a home.
[[nodiscard]] QString modelFile(const environment::Paths& paths);
/// "gpt-4o-mini at api.example.com is on. Questions and tool results leave this computer for it; ..."
[[nodiscard]] QString modelSentence(const backend::ModelSettings& settings);

} // namespace apex::llm
