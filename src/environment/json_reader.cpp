// SPDX-License-Identifier: GPL-3.0-or-later
#include "environment/json_reader.h"

#include "environment/repeated_key.h"
#include "environment/url_rules.h"

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>

#include <cmath>

namespace apex::environment {

namespace {

struct JsonReaderWords {
    Q_DECLARE_TR_FUNCTIONS(apex::environment::JsonReader)
};

Error fileError(const QString& source, const QString& key, const QString& sentence, const QString& why = {}) {
    QString details = QStringLiteral("file: ") + source;
    if (!key.isEmpty())
        details += QStringLiteral(", key: ") + key;
    if (!why.isEmpty())
        details += QStringLiteral(", why: ") + why;
    return makeError(ErrorKind::Configuration, sentence,
                     JsonReaderWords::tr("Correct the file and try again."), details);
}

/// RFC 6749 appendix A.4: a scope token has no space, quote or backslash.
bool isScopeToken(const QString& text) {
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), [](QChar c) {
        return c > u' ' && c < u'\x7f' && c != u'"' && c != u'\\';
    });
}

/// Of two lines with one key the reader of the file may have meant either.
std::optional<Error> repeated(const QByteArray& json, const QString& source) {
    const auto key = repeatedKey(json);
    if (!key)
        return fileError(source, {}, JsonReaderWords::tr("%1 is not valid JSON.").arg(source));
    if (key->isEmpty())
        return std::nullopt;
    const QString shown = key->left(200);
    return fileError(source, shown,
                     JsonReaderWords::tr("The key \"%1\" is written twice in %2.").arg(shown, source));
}

} // namespace

JsonReader::JsonReader(QJsonObject object, QString source)
    : m_object(std::move(object)), m_source(std::move(source)) {}

QString JsonReader::text(const QString& key, qsizetype maxLength) {
    if (!present(key, true))
        return {};
    const QJsonValue value = m_object.value(key);
    QString text = value.toString();
    if (!value.isString())
        invalid(key, JsonReaderWords::tr("it must be a text"));
    else if (text.trimmed().isEmpty())
        invalid(key, JsonReaderWords::tr("it is empty"));
    else if (text.size() > maxLength)
        invalid(key, JsonReaderWords::tr("it is longer than %1 characters").arg(maxLength));
    return text;
}

QString JsonReader::optionalText(const QString& key) {
    return present(key, false) ? text(key) : QString();
}

QUrl JsonReader::url(const QString& key, const QStringList& schemes) {
    const QString value = text(key);
    if (m_error)
        return {};
    QUrl url(value, QUrl::StrictMode);
    const QString objection = urlObjection(url, schemes);
    if (!objection.isEmpty())
        invalid(key, objection);
    return url;
}

qint64 JsonReader::integer(const QString& key, qint64 low, qint64 high, qint64 absent) {
    if (!present(key, false))
        return absent;
    const QJsonValue value = m_object.value(key);
    const double number = value.toDouble(std::nan(""));
    if (!value.isDouble() || std::floor(number) < number || number < static_cast<double>(low) ||
        number > static_cast<double>(high)) {
        invalid(key, JsonReaderWords::tr("it must be a whole number from %1 to %2").arg(low).arg(high));
        return absent;
    }
    return static_cast<qint64>(number);
}

bool JsonReader::boolean(const QString& key, bool absent) {
    if (!present(key, false))
        return absent;
    const QJsonValue value = m_object.value(key);
    if (!value.isBool())
        invalid(key, JsonReaderWords::tr("it must be true or false"));
    return value.toBool(absent);
}

QJsonObject JsonReader::object(const QString& key) {
    if (!present(key, false))
        return {};
    const QJsonValue value = m_object.value(key);
    if (!value.isObject())
        invalid(key, JsonReaderWords::tr("it must be an object"));
    return value.toObject();
}

QStringList JsonReader::words(const QString& key) {
    if (!present(key, true))
        return {};
    if (!m_object.value(key).isArray()) {
        invalid(key, JsonReaderWords::tr("it must be a list of texts"));
        return {};
    }
    QStringList words;
    const QJsonArray items = m_object.value(key).toArray();
    for (const QJsonValue& item : items) {
        if (!isScopeToken(item.toString()))
            invalid(key, JsonReaderWords::tr("each item must be a text without spaces and quotes"));
        else if (words.contains(item.toString()))
            invalid(key, JsonReaderWords::tr("%1 is listed twice").arg(item.toString()));
        words.append(item.toString());
    }
    return words;
}

void JsonReader::forbid(const QString& key, const QString& why) {
    m_asked.insert(key);
    if (m_object.contains(key))
        report(key, JsonReaderWords::tr("The key \"%1\" in %2 has no use here: %3.").arg(key, m_source, why));
}

void JsonReader::invalid(const QString& key, const QString& why) {
    report(key, JsonReaderWords::tr("The key \"%1\" in %2 cannot be used: %3.").arg(key, m_source, why), why);
}

std::optional<Error> JsonReader::finish() {
    const QStringList keys = m_object.keys();
    for (const QString& key : keys) {
        if (!m_asked.contains(key))
            report(key,
                   JsonReaderWords::tr("The key \"%1\" in %2 is not known.").arg(key.left(80), m_source));
    }
    return m_error;
}

QString JsonReader::oneOf(const QStringList& names) {
    return JsonReaderWords::tr("it must be one of: %1").arg(names.join(QStringLiteral(", ")));
}

bool JsonReader::present(const QString& key, bool required) {
    m_asked.insert(key);
    if (m_object.contains(key))
        return true;
    if (required)
        report(key, JsonReaderWords::tr("The key \"%1\" is missing in %2.").arg(key, m_source));
    return false;
}

void JsonReader::report(const QString& key, const QString& sentence, const QString& why) {
    if (!m_error)
        m_error = fileError(m_source, key, sentence, why);
}

Expected<QJsonObject> parseObject(const QByteArray& json, const QString& source, qsizetype maxBytes) {
    if (json.size() > maxBytes)
        return fail(fileError(source, {},
                              JsonReaderWords::tr("%1 is larger than %2 bytes.").arg(source).arg(maxBytes)));
    QJsonParseError parseError;
    const QJsonDocument document = QJsonDocument::fromJson(json, &parseError);
    if (parseError.error != QJsonParseError::NoError) {
        return fail(fileError(source, {},
                              JsonReaderWords::tr("%1 is not valid JSON: %2 at byte %3.")
                                  .arg(source, parseError.errorString())
                                  .arg(parseError.offset)));
    }
    if (!document.isObject())
        return fail(
            fileError(source, {}, JsonReaderWords::tr("%1 does not hold one JSON object.").arg(source)));
    if (auto error = repeated(json, source))
        return fail(std::move(*error));
    return document.object();
}

} // namespace apex::environment
