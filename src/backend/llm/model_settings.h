// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/secret.h"

#include <QUrl>

#include <chrono>
#include <optional>
#include <stop_token>

namespace apex::backend {

/// The language model a home uses. Holds no secret.
struct ModelSettings {
    QUrl base; ///< "https://api.example.com/v1": `/chat/completions` is appended
    QString model;
    std::chrono::seconds timeLimit{120}; ///< for everything the model does in one run

    bool hasKey = false; ///< an API key is kept for this address

    /// Host with its port if one is given, for people.
    [[nodiscard]] QString host() const;
    /// True if the endpoint is a loopback address, so that nothing leaves the machine.
    [[nodiscard]] bool staysOnThisComputer() const;
};

/// Checks what a person gave. Configuration error: not https (plain http is for loopback only), a name or
/// password, query or fragment in the address, an unusable model name, a limit outside 5 to 600 s.
[[nodiscard]] Expected<ModelSettings> makeModelSettings(const QString& base, const QString& model,
                                                        int timeLimitSeconds);
/// Reads the settings file; no file means no model. Configuration error if it cannot be understood.
[[nodiscard]] Expected<std::optional<ModelSettings>> readModelSettings(const QString& path);
/// Replaces the settings file.
[[nodiscard]] Expected<void> writeModelSettings(const QString& path, const ModelSettings& settings);

/// A model with what it takes to ask it.
struct ModelAccess {
    ModelSettings settings;
    Secret key; ///< empty: the endpoint asks for none
};

/// Where the runs get their model from; the composition root implements it over settings file and keychain.
/// Any thread.
class ModelSource {
public:
    virtual ~ModelSource() = default;
    /// The settings as they are now; nullopt: no model is switched on.
    [[nodiscard]] virtual Expected<std::optional<ModelSettings>> settings() = 0;
    /// The API key of these settings, empty if there is none. May block on the keychain; a stop ends the
    /// wait.
    [[nodiscard]] virtual Expected<Secret> key(const ModelSettings& settings, std::stop_token stop) = 0;
};

} // namespace apex::backend
