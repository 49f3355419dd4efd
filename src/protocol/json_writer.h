// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QLatin1String>
#include <QString>

namespace apex::protocol {

/// Writes compact JSON in the order of the calls; the caller keeps objects and arrays balanced.
///
/// Unlike QJsonObject it keeps key order and embeds JSON text as it stands.
class JsonWriter {
public:
    JsonWriter& beginObject();
    JsonWriter& endObject();
    JsonWriter& beginArray();
    JsonWriter& endArray();
    /// Names the next value; inside objects only.
    JsonWriter& key(QLatin1String name);
    JsonWriter& key(const QString& name);
    JsonWriter& string(const QString& text);
    JsonWriter& string(QLatin1String text);
    JsonWriter& number(qint64 value);
    /// Non-finite numbers become null.
    JsonWriter& number(double value);
    JsonWriter& boolean(bool value);
    JsonWriter& null();
    /// Text that is known to be JSON; empty becomes null.
    JsonWriter& raw(QByteArrayView json);
    /// The text as a string, or null if it is empty.
    JsonWriter& stringOrNull(const QString& text);

    /// What was written so far.
    [[nodiscard]] const QByteArray& bytes() const { return m_out; }

private:
    void separate();
    QByteArray m_out;
    bool m_needsComma = false;
};

} // namespace apex::protocol
