// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/llm/model_settings.h"

#include "backend/llm/model_words.h"
#include "base/whole_file.h"

#include <QFile>
#include <QHostAddress>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

const QString schema = u"apex/language-model/1"_s;

bool isLoopback(const QUrl& url) {
    return url.host() == "localhost"_L1 || QHostAddress(url.host()).isLoopback();
}

std::optional<QString> addressFault(const QUrl& url) {
    if (!url.isValid() || url.host().isEmpty())
        return modelWords(QT_TRANSLATE_NOOP("LanguageModel", "it is no web address"));
    if (url.scheme() != "https"_L1 && url.scheme() != "http"_L1)
        return modelWords(QT_TRANSLATE_NOOP("LanguageModel", "it must begin with https://"));
    if (url.scheme() == "http"_L1 && !isLoopback(url))
        return modelWords(
            QT_TRANSLATE_NOOP("LanguageModel", "plain http is for this computer only; use https"));
    if (!url.userInfo().isEmpty() || url.hasQuery() || url.hasFragment())
        return modelWords(QT_TRANSLATE_NOOP("LanguageModel", "it must hold no password, query or fragment"));
    return std::nullopt;
}

bool isModelName(const QString& name) {
    return !name.isEmpty() && name.size() <= 200 && std::all_of(name.begin(), name.end(), [](QChar c) {
        return c.isLetterOrNumber() || QStringLiteral("-_.:/@+").contains(c);
    });
}

} // namespace

QString ModelSettings::host() const {
    return base.port() == -1 ? base.host() : QString(base.host() + u':' + QString::number(base.port()));
}

bool ModelSettings::staysOnThisComputer() const {
    return isLoopback(base);
}

Expected<ModelSettings> makeModelSettings(const QString& base, const QString& model, int timeLimitSeconds) {
    QUrl url(base, QUrl::StrictMode);
    if (const auto fault = addressFault(url))
        // The address itself is not repeated: it may hold a password.
        return fail(ErrorKind::Configuration,
                    modelWords(QT_TRANSLATE_NOOP("LanguageModel",
                                                 "The address of the language model is not usable: %1."))
                        .arg(*fault),
                    modelWords(QT_TRANSLATE_NOOP("LanguageModel", "Give it like https://host/v1.")));
    if (!isModelName(model))
        return fail(
            ErrorKind::Configuration,
            modelWords(QT_TRANSLATE_NOOP("LanguageModel", "The name of the model is missing or not usable.")),
            modelWords(QT_TRANSLATE_NOOP("LanguageModel", "Give the name as the endpoint lists it.")));
    if (timeLimitSeconds < 5 || timeLimitSeconds > 600)
        return fail(ErrorKind::Configuration,
                    modelWords(QT_TRANSLATE_NOOP(
                        "LanguageModel", "The time limit of the language model must be 5 to 600 seconds.")));
    while (url.path().endsWith(u'/'))
        url.setPath(url.path().chopped(1));
    return ModelSettings{url, model, std::chrono::seconds(timeLimitSeconds), false};
}

Expected<std::optional<ModelSettings>> readModelSettings(const QString& path) {
    QFile file(path);
    if (!file.exists())
        return std::optional<ModelSettings>();
    if (!file.open(QIODevice::ReadOnly))
        return fail(
            ErrorKind::Storage,
            modelWords(QT_TRANSLATE_NOOP("LanguageModel", "The file %1 could not be read.")).arg(path), {},
            file.errorString());
    const QJsonObject json = QJsonDocument::fromJson(file.read(64 * 1024)).object();
    if (json.value("schema"_L1).toString() != schema)
        return fail(
            ErrorKind::Configuration,
            modelWords(QT_TRANSLATE_NOOP("LanguageModel", "The file %1 cannot be understood.")).arg(path),
            modelWords(QT_TRANSLATE_NOOP("LanguageModel", "Set the model again with `apex model --set`.")));
    auto settings = makeModelSettings(json.value("base_url"_L1).toString(), json.value("model"_L1).toString(),
                                      json.value("time_limit_seconds"_L1).toInt());
    if (!settings)
        return fail(settings.error());
    settings->hasKey = json.value("has_key"_L1).toBool();
    return std::optional(std::move(*settings));
}

Expected<void> writeModelSettings(const QString& path, const ModelSettings& settings) {
    const QJsonObject json{{"schema"_L1, schema},
                           {"base_url"_L1, settings.base.toString()},
                           {"model"_L1, settings.model},
                           {"has_key"_L1, settings.hasKey},
                           {"time_limit_seconds"_L1, static_cast<qint64>(settings.timeLimit.count())}};
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(QJsonDocument(json).toJson()) < 0 ||
        !commitWhole(file))
        return fail(
            ErrorKind::Storage,
            modelWords(QT_TRANSLATE_NOOP("LanguageModel", "The file %1 could not be written.")).arg(path),
            modelWords(
                QT_TRANSLATE_NOOP("LanguageModel", "Check the free space and the owner of the folder.")),
            file.errorString());
    return {};
}

} // namespace apex::backend
