// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/history_merge.h"

#include <QMultiHash>

#include <algorithm>
#include <map>

namespace apex::session {

namespace {

using protocol::StoredMessage;

Speaker speakerOf(const StoredMessage& stored) {
    return stored.fromUser ? Speaker::User : Speaker::Agent;
}

/// Finds the row that a stored message is. A long thread costs its length, not its square: ids are looked up,
/// and what has none stands in about the same order on both sides.
class RowFinder {
public:
    explicit RowFinder(const std::vector<Message>& rows) : m_rows(rows), m_taken(rows.size(), false) {
        for (size_t i = 0; i < rows.size(); ++i) {
            if (rows[i].id.isEmpty())
                m_nameless.push_back(i);
            else
                m_byId.insert(rows[i].id, i);
        }
    }

    /// Index of the row, which is taken from now on; -1 if there is none.
    int take(const StoredMessage& stored) {
        const int row = find(stored);
        if (row >= 0)
            m_taken[static_cast<size_t>(row)] = true;
        while (m_firstFree < m_taken.size() && m_taken[m_firstFree])
            ++m_firstFree;
        return row;
    }

private:
    [[nodiscard]] bool isFree(size_t row, const StoredMessage& stored) const {
        return !m_taken[row] && m_rows[row].speaker == speakerOf(stored);
    }

    [[nodiscard]] int find(const StoredMessage& stored) const {
        int byId = -1;
        for (auto [at, end] = m_byId.equal_range(stored.id); at != end; ++at)
            if (isFree(*at, stored) && (byId < 0 || *at < static_cast<size_t>(byId)))
                byId = static_cast<int>(*at);
        if (byId >= 0 && !stored.id.isEmpty())
            return byId;
        if (!stored.run.isEmpty()) {
            const int byRun = first(stored, [&](const Message& row) { return row.run == stored.run; });
            if (byRun >= 0)
                return byRun;
        }
        const QString text = stored.text.trimmed();
        return first(stored, [&](const Message& row) {
            const bool otherRun = !row.run.isEmpty() && !stored.run.isEmpty() && row.run != stored.run;
            return !otherRun && row.text.trimmed() == text;
        });
    }

    /// Where ids tell nothing: rows without one, or any row for a message without one.
    template <typename Matches>
    [[nodiscard]] int first(const StoredMessage& stored, Matches matches) const {
        const auto fits = [&](size_t row) { return isFree(row, stored) && matches(m_rows[row]); };
        if (!stored.id.isEmpty()) {
            const auto found = std::find_if(m_nameless.begin(), m_nameless.end(), fits);
            return found == m_nameless.end() ? -1 : static_cast<int>(*found);
        }
        for (size_t row = m_firstFree; row < m_rows.size(); ++row)
            if (fits(row))
                return static_cast<int>(row);
        return -1;
    }

    const std::vector<Message>& m_rows;
    std::vector<bool> m_taken;
    std::vector<size_t> m_nameless;
    QMultiHash<MessageId, size_t> m_byId;
    size_t m_firstFree = 0;
};

void adoptText(Message& row, const StoredMessage& stored) {
    if (stored.text.isEmpty() || stored.text == row.text)
        return;
    row.text = stored.text;
    ++row.revision;
}

/// What a stored answer may change in a row that live frames have built.
void adoptAnswer(Message& row, const StoredMessage& stored, const runs::Ledger& ledger) {
    const int index = row.run.isEmpty() ? -1 : ledger.indexOf(row.run);
    const bool terminalSeen =
        index < 0 || ledger.runs()[static_cast<size_t>(index)].outcome != runs::Outcome::None;
    const bool improves = index < 0 || !terminalSeen || row.cutByServer || row.text.isEmpty();
    if (!improves)
        return;
    const QString before = row.text;
    adoptText(row, stored);
    if (!stored.finalReport.isEmpty())
        row.report = stored.finalReport;
    if (!terminalSeen)
        row.recovered = true;
    else if (row.cutByServer && row.text != before)
        row.cutByServer = false;
}

void adoptStored(Message& row, const StoredMessage& stored, const runs::Ledger& ledger) {
    if (!stored.id.isEmpty())
        row.id = stored.id;
    if (row.run.isEmpty())
        row.run = stored.run;
    if (!row.at)
        row.at = stored.createdAt;
    if (row.speaker == Speaker::Agent) {
        adoptAnswer(row, stored, ledger);
        return;
    }
    // The server has it, whatever we believed of its way there.
    row.delivery = Delivery::Sent;
    row.setError({});
}

Message rowFrom(const StoredMessage& stored, qint64 localId) {
    Message row;
    row.localId = localId;
    row.id = stored.id;
    row.speaker = speakerOf(stored);
    row.text = stored.text;
    row.at = stored.createdAt;
    row.run = stored.run;
    row.delivery = stored.fromUser ? Delivery::Sent : Delivery::None;
    row.report = stored.finalReport;
    row.kind = stored.fromUser ? AnswerKind::Full : answerKindOf(stored.reportType);
    return row;
}

/// An answer whose run has shown its beginning here but not its end.
void markRecovered(Message& row, const runs::Ledger& ledger) {
    const int index = row.speaker == Speaker::Agent && !row.run.isEmpty() ? ledger.indexOf(row.run) : -1;
    if (index < 0 || ledger.runs()[static_cast<size_t>(index)].outcome != runs::Outcome::None)
        return;
    row.recovered = true;
    row.kind = AnswerKind::NotClosed;
}

} // namespace

AnswerKind answerKindOf(const QString& reportType) {
    const QString type = reportType.toLower();
    if (type.contains(u"guidance"))
        return AnswerKind::Guidance;
    if (type.contains(u"partial"))
        return AnswerKind::Partial;
    if (type.contains(u"fallback") || type.contains(u"recovery") || type.contains(u"emergency"))
        return AnswerKind::Fallback;
    return AnswerKind::Full;
}

std::vector<Message> mergeRows(const std::vector<Message>& rows, const std::vector<StoredMessage>& stored,
                               const runs::Ledger& ledger, qint64& nextLocalId) {
    RowFinder finder(rows);
    std::vector<int> rowOf;
    rowOf.reserve(stored.size());
    std::vector<int> storedOf(rows.size(), -1);
    for (size_t i = 0; i < stored.size(); ++i) {
        const int row = finder.take(stored[i]);
        rowOf.push_back(row);
        if (row >= 0)
            storedOf[static_cast<size_t>(row)] = static_cast<int>(i);
    }
    // Rows the server does not know stay behind the matched row they followed; without one they are the
    // newest.
    const bool anyMatched = std::any_of(storedOf.begin(), storedOf.end(), [](int at) { return at >= 0; });
    std::map<size_t, std::vector<Message>> followers;
    size_t anchor = anyMatched ? 0 : stored.size();
    for (size_t i = 0; i < rows.size(); ++i) {
        if (storedOf[i] >= 0)
            anchor = static_cast<size_t>(storedOf[i]) + 1;
        else
            followers[anchor].push_back(rows[i]);
    }
    std::vector<Message> merged = std::move(followers[0]);
    merged.reserve(rows.size() + stored.size());
    for (size_t i = 0; i < stored.size(); ++i) {
        if (rowOf[i] < 0) {
            merged.push_back(rowFrom(stored[i], nextLocalId++));
            markRecovered(merged.back(), ledger);
        } else {
            merged.push_back(rows[static_cast<size_t>(rowOf[i])]);
            adoptStored(merged.back(), stored[i], ledger);
        }
        if (const auto follow = followers.find(i + 1); follow != followers.end())
            merged.insert(merged.end(), follow->second.begin(), follow->second.end());
    }
    return merged;
}

} // namespace apex::session
