// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <QJsonObject>
#include <QSet>
#include <QStringList>
#include <QUrl>

#include <optional>
#include <utility>
#include <vector>

namespace apex::environment {

/// Reads a flat JSON object strictly: every key is asked for once, what was not asked for is an error, the
/// first error wins and names file and key.
class JsonReader {
public:
    /// `source` names the file in errors.
    JsonReader(QJsonObject object, QString source);

    /// A non-empty text of at most `maxLength` characters.
    QString text(const QString& key, qsizetype maxLength = 2048);
    /// As text(), or empty if the key is absent.
    QString optionalText(const QString& key);
    /// An address accepted by urlObjection().
    QUrl url(const QString& key, const QStringList& schemes);
    /// A whole number in [low, high], or `absent` if the key is absent.
    qint64 integer(const QString& key, qint64 low, qint64 high, qint64 absent);
    /// true or false, or `absent` if the key is absent.
    bool boolean(const QString& key, bool absent);
    /// A list of non-empty texts without spaces.
    QStringList words(const QString& key);
    /// An object, or an empty one if the key is absent.
    QJsonObject object(const QString& key);
    /// One of the named values.
    template <class T>
    T choice(const QString& key, const std::vector<std::pair<QString, T>>& choices) {
        QStringList names;
        const QString value = text(key);
        for (const auto& [name, result] : choices) {
            if (name == value)
                return result;
            names.append(name);
        }
        invalid(key, oneOf(names));
        return choices.front().second;
    }
    /// Reports `key` if it is present, with `why`.
    void forbid(const QString& key, const QString& why);
    /// Accepts a key without reading it.
    void ignore(const QString& key) { m_asked.insert(key); }
    /// Records that the value of `key` cannot be used.
    void invalid(const QString& key, const QString& why);
    /// The first error; also checks for keys nobody asked for.
    [[nodiscard]] std::optional<Error> finish();

private:
    [[nodiscard]] static QString oneOf(const QStringList& names);
    bool present(const QString& key, bool required);
    void report(const QString& key, const QString& sentence, const QString& why = {});

    QJsonObject m_object;
    QString m_source;
    QSet<QString> m_asked;
    std::optional<Error> m_error;
};

/// Parses bytes that must be one JSON object of at most `maxBytes`.
[[nodiscard]] Expected<QJsonObject> parseObject(const QByteArray& json, const QString& source,
                                                qsizetype maxBytes);

} // namespace apex::environment
