// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/json_writer.h"

#include <QLocale>

#include <cmath>

namespace apex::protocol {

namespace {

void appendEscaped(QByteArray& out, QByteArrayView utf8) {
    static constexpr char hex[] = "0123456789abcdef";
    for (const char c : utf8) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out.append('\\').append(c);
        } else if (c == '\n') {
            out.append("\\n");
        } else if (c == '\t') {
            out.append("\\t");
        } else if (c == '\r') {
            out.append("\\r");
        } else if (byte < 0x20 || byte == 0x7f) {
            out.append("\\u00").append(hex[byte >> 4]).append(hex[byte & 0xf]);
        } else {
            out.append(c);
        }
    }
}

} // namespace

void JsonWriter::separate() {
    if (m_needsComma)
        m_out.append(',');
    m_needsComma = true;
}

JsonWriter& JsonWriter::beginObject() {
    separate();
    m_out.append('{');
    m_needsComma = false;
    return *this;
}

JsonWriter& JsonWriter::endObject() {
    m_out.append('}');
    m_needsComma = true;
    return *this;
}

JsonWriter& JsonWriter::beginArray() {
    separate();
    m_out.append('[');
    m_needsComma = false;
    return *this;
}

JsonWriter& JsonWriter::endArray() {
    m_out.append(']');
    m_needsComma = true;
    return *this;
}

JsonWriter& JsonWriter::key(QLatin1String name) {
    separate();
    m_out.append('"');
    appendEscaped(m_out, QByteArrayView(name.data(), name.size()));
    m_out.append("\":");
    m_needsComma = false;
    return *this;
}

JsonWriter& JsonWriter::key(const QString& name) {
    separate();
    m_out.append('"');
    appendEscaped(m_out, name.toUtf8());
    m_out.append("\":");
    m_needsComma = false;
    return *this;
}

JsonWriter& JsonWriter::string(const QString& text) {
    separate();
    m_out.append('"');
    appendEscaped(m_out, text.toUtf8());
    m_out.append('"');
    return *this;
}

JsonWriter& JsonWriter::string(QLatin1String text) {
    separate();
    m_out.append('"');
    appendEscaped(m_out, QByteArrayView(text.data(), text.size()));
    m_out.append('"');
    return *this;
}

JsonWriter& JsonWriter::number(qint64 value) {
    separate();
    m_out.append(QByteArray::number(value));
    return *this;
}

JsonWriter& JsonWriter::number(double value) {
    if (!std::isfinite(value))
        return null();
    separate();
    m_out.append(QByteArray::number(value, 'g', QLocale::FloatingPointShortest));
    return *this;
}

JsonWriter& JsonWriter::boolean(bool value) {
    separate();
    m_out.append(value ? "true" : "false");
    return *this;
}

JsonWriter& JsonWriter::null() {
    separate();
    m_out.append("null");
    return *this;
}

JsonWriter& JsonWriter::raw(QByteArrayView json) {
    if (json.isEmpty())
        return null();
    separate();
    m_out.append(json.data(), json.size());
    return *this;
}

JsonWriter& JsonWriter::stringOrNull(const QString& text) {
    return text.isEmpty() ? null() : string(text);
}

} // namespace apex::protocol
