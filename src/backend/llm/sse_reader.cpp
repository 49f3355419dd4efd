// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/llm/sse_reader.h"

#include <utility>

namespace apex::backend {

QByteArrayList SseReader::feed(QByteArrayView bytes) {
    QByteArrayList events;
    for (const char c : bytes) {
        if (m_tooLong)
            break;
        const bool pairEnds = c == '\n' && m_lastWasReturn;
        m_lastWasReturn = c == '\r';
        if (pairEnds)
            continue;
        if (c == '\n' || c == '\r') {
            takeLine(events);
            continue;
        }
        m_line += c;
        m_tooLong = m_line.size() + m_data.size() > maxEventBytes;
    }
    return events;
}

QByteArray SseReader::finish() {
    QByteArrayList events;
    if (!m_line.isEmpty())
        takeLine(events);
    m_hasData = false;
    return std::exchange(m_data, {});
}

void SseReader::takeLine(QByteArrayList& events) {
    QByteArray line = std::exchange(m_line, {});
    if (std::exchange(m_first, false) && line.startsWith("\xEF\xBB\xBF"))
        line.remove(0, 3);
    if (line.isEmpty()) {
        if (std::exchange(m_hasData, false))
            events.append(std::exchange(m_data, {}));
        return;
    }
    if (!line.startsWith("data:") && line != "data")
        return;
    QByteArray value = line.mid(5);
    if (value.startsWith(' '))
        value.remove(0, 1);
    if (std::exchange(m_hasData, true))
        m_data += '\n';
    m_data += value;
}

} // namespace apex::backend
