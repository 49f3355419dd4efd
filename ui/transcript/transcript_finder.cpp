// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transcript/transcript_finder.h"

#include <QElapsedTimer>
#include <QTimerEvent>

#include <algorithm>

namespace apex::ui {

namespace {

// A slice of searching between two events of the window.
constexpr qint64 kSliceMs = 6;

QString longestWord(const QString& needle) {
    QString best;
    QString word;
    const QString ended = needle + u' ';
    for (const QChar c : ended) {
        if (c.isLetterOrNumber()) {
            word += c;
            continue;
        }
        if (word.size() > best.size())
            best = word;
        word.clear();
    }
    return best;
}

} // namespace

std::vector<TextSpan> findInBlocks(const MarkdownBlocks& blocks, const QString& needle,
                                   Qt::CaseSensitivity sensitivity) {
    std::vector<TextSpan> places;
    if (needle.isEmpty())
        return places;
    for (size_t i = 0; i < blocks.size(); ++i) {
        const QString& text = blocks[i].text;
        const auto block = static_cast<int>(i);
        for (qsizetype at = text.indexOf(needle, 0, sensitivity); at >= 0;
             at = text.indexOf(needle, at + needle.size(), sensitivity))
            places.push_back({{block, static_cast<int>(at)}, {block, static_cast<int>(at + needle.size())}});
    }
    return places;
}

TranscriptFinder::TranscriptFinder(ContentReader reader, QObject* parent)
    : QObject(parent), m_read(std::move(reader)) {}

void TranscriptFinder::setModel(const QAbstractItemModel* model) {
    m_model = model;
    search(m_needle, m_sensitivity, 0);
}

void TranscriptFinder::search(const QString& needle, Qt::CaseSensitivity sensitivity, int fromRow) {
    m_needle = needle;
    m_word = longestWord(needle);
    m_sensitivity = sensitivity;
    m_places.clear();
    m_count = 0;
    m_due.clear();
    m_timer.stop();
    const int rows = m_model ? m_model->rowCount() : 0;
    if (!needle.isEmpty() && rows > 0) {
        const int from = std::clamp(fromRow, 0, rows - 1);
        queue(from, rows - 1);
        queue(0, from - 1);
        // The first slice at once: in most threads it is all of it.
        searchSome();
        return;
    }
    Q_EMIT changed();
    Q_EMIT finished();
}

void TranscriptFinder::queue(int first, int last) {
    if (m_needle.isEmpty() || last < first)
        return;
    m_due.push_back({first, last});
    if (!m_timer.isActive())
        m_timer.start(0, this);
}

void TranscriptFinder::timerEvent(QTimerEvent* event) {
    if (event->timerId() == m_timer.timerId())
        searchSome();
    else
        QObject::timerEvent(event);
}

void TranscriptFinder::searchSome() {
    QElapsedTimer clock;
    clock.start();
    const qsizetype before = m_count;
    while (!m_due.empty() && clock.elapsed() < kSliceMs) {
        Range& range = m_due.front();
        searchRow(range.first++);
        if (range.first > range.last)
            m_due.pop_front();
    }
    const bool done = m_due.empty();
    if (done)
        m_timer.stop();
    if (m_count != before || done)
        Q_EMIT changed();
    if (done)
        Q_EMIT finished();
}

void TranscriptFinder::forget(int row) {
    const auto known = m_places.find(row);
    if (known == m_places.end())
        return;
    m_count -= std::ssize(known->second);
    m_places.erase(known);
}

void TranscriptFinder::searchRow(int row) {
    forget(row);
    if (!m_model || row >= m_model->rowCount())
        return;
    // Most rows do not hold the word at all, and their source says so without being parsed.
    const MessageContent content = m_read(row);
    if (!content.showsReport() && !content.text.contains(m_word, m_sensitivity))
        return;
    auto places = findInBlocks(blocksOf(content), m_needle, m_sensitivity);
    if (places.empty())
        return;
    m_count += std::ssize(places);
    m_places.emplace(row, std::move(places));
}

const std::vector<TextSpan>& TranscriptFinder::placesOf(int row) const {
    static const std::vector<TextSpan> none;
    const auto known = m_places.find(row);
    return known == m_places.end() ? none : known->second;
}

FoundPlace TranscriptFinder::firstFrom(int row) const {
    if (m_places.empty())
        return {};
    const auto at = m_places.lower_bound(row);
    return {at == m_places.end() ? m_places.begin()->first : at->first, 0};
}

FoundPlace TranscriptFinder::next(const FoundPlace& from, int direction) const {
    if (m_places.empty())
        return {};
    auto at = m_places.lower_bound(from.row);
    const bool here = at != m_places.end() && at->first == from.row;
    if (direction > 0) {
        if (here && from.index + 1 < static_cast<int>(at->second.size()))
            return {from.row, from.index + 1};
        if (here)
            ++at;
        return {at == m_places.end() ? m_places.begin()->first : at->first, 0};
    }
    if (here && from.index > 0)
        return {from.row, from.index - 1};
    const auto before = at == m_places.begin() ? std::prev(m_places.end()) : std::prev(at);
    return {before->first, static_cast<int>(before->second.size()) - 1};
}

qsizetype TranscriptFinder::numberOf(const FoundPlace& place) const {
    qsizetype number = 0;
    for (const auto& [row, places] : m_places) {
        if (row == place.row)
            return place.index < static_cast<int>(places.size()) ? number + place.index + 1 : 0;
        number += std::ssize(places);
    }
    return 0;
}

void TranscriptFinder::rowsInserted(int first, int count) {
    if (m_needle.isEmpty())
        return;
    std::map<int, std::vector<TextSpan>> moved;
    for (auto& [row, places] : m_places)
        moved.emplace_hint(moved.end(), row < first ? row : row + count, std::move(places));
    m_places = std::move(moved);
    std::deque<Range> due;
    for (const Range& range : std::exchange(m_due, {})) {
        if (range.last < first)
            due.push_back(range);
        else if (range.first >= first)
            due.push_back({range.first + count, range.last + count});
        else
            due.push_back({range.first, range.last + count}); // the new rows lie within
    }
    m_due = std::move(due);
    queue(first, first + count - 1);
}

void TranscriptFinder::rowsRemoved(int first, int count) {
    if (m_needle.isEmpty())
        return;
    std::map<int, std::vector<TextSpan>> moved;
    for (auto& [row, places] : m_places) {
        if (row >= first && row < first + count)
            m_count -= std::ssize(places);
        else
            moved.emplace_hint(moved.end(), row < first ? row : row - count, std::move(places));
    }
    m_places = std::move(moved);
    std::deque<Range> due;
    for (Range range : std::exchange(m_due, {})) {
        const auto gone = [&](int row) {
            return std::clamp(row - first, 0, count); // removed rows before this one
        };
        range.first -= gone(range.first);
        range.last -= gone(range.last + 1);
        if (range.first <= range.last)
            due.push_back(range);
    }
    m_due = std::move(due);
    if (m_due.empty())
        m_timer.stop();
    Q_EMIT changed();
}

void TranscriptFinder::rowsChanged(int first, int last) {
    queue(first, last);
}

} // namespace apex::ui
