// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/json_splitter.h"

namespace apex::backend {

namespace {

bool isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

} // namespace

void JsonSplitter::consumed(std::size_t count) {
    m_at -= count;
    m_recordBegin -= m_inRecord ? count : 0;
}

/// Passes the rest of a string; false if it goes on behind `text`.
bool JsonSplitter::skipString(std::string_view text) {
    for (; m_at < text.size(); ++m_at) {
        const char c = text[m_at];
        m_newlines += c == '\n' ? 1 : 0;
        if (m_escaped) {
            m_escaped = false;
        } else if (c == '\\') {
            m_escaped = true;
        } else if (c == '"') {
            m_inString = false;
            ++m_at;
            return true;
        }
    }
    return false;
}

void JsonSplitter::startRecord() {
    m_inRecord = true;
    m_recordBegin = m_at;
    m_newlinesBefore = m_newlines;
    m_newlines = 0;
}

/// Handles '{' and '['; true if the bracket only opens the list itself.
bool JsonSplitter::opens(char c) {
    if (!m_started) {
        m_started = true;
        m_mayBeWrapper = c == '{';
        if (c == '[') {
            m_base = m_depth = 1;
            return true;
        }
    } else if (m_mayBeWrapper && m_depth == 2 && m_arrayJustOpened && c == '{') {
        m_mayBeWrapper = false;
        m_inRecord = false;
        m_newlines += m_newlinesBefore;
        m_base = 2;
    }
    m_arrayJustOpened = m_depth == 1 && c == '[';
    if (!m_inRecord && m_depth == m_base)
        startRecord();
    ++m_depth;
    return false;
}

JsonSplitter::Result JsonSplitter::takeRecord(std::size_t end) {
    Result result{Event::Record, m_recordBegin, end, m_newlinesBefore, m_newlines};
    m_inRecord = false;
    m_scalar = false;
    m_mayBeWrapper = false;
    m_newlines = 0;
    m_newlinesBefore = 0;
    return result;
}

JsonSplitter::Result JsonSplitter::step(std::string_view text) {
    while (m_at < text.size()) {
        if (m_inString && !skipString(text))
            return {};
        if (m_at == text.size())
            return {};
        const char c = text[m_at];
        if (m_scalar && (c == ',' || c == ']' || c == '}' || isBlank(c)))
            return takeRecord(m_at);
        m_newlines += c == '\n' ? 1 : 0;
        if (isBlank(c) || c == ',' || c == ':') {
            ++m_at;
            continue;
        }
        if (c == '{' || c == '[') {
            static_cast<void>(opens(c));
        } else if (c == '}' || c == ']') {
            if (m_depth == 0)
                return {Event::Broken, m_at, m_at, m_newlines, 0};
            --m_depth;
            if (finishesRecord())
                return takeRecord(++m_at);
            if (m_depth < m_base) {
                ++m_at;
                m_depth = 0;
                return {Event::End, m_at, m_at, m_newlines, 0};
            }
        } else {
            m_arrayJustOpened = false;
            if (!m_inRecord && m_depth == m_base) {
                m_started = true;
                startRecord();
                m_scalar = true;
            }
            m_inString = c == '"';
        }
        ++m_at;
    }
    return {};
}

} // namespace apex::backend
