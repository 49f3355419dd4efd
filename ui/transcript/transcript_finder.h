// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/transcript/message_layout.h"

#include <QAbstractItemModel>
#include <QBasicTimer>
#include <QObject>
#include <QPointer>

#include <deque>
#include <functional>
#include <map>

namespace apex::ui {

/// A place where the words searched for stand.
struct FoundPlace {
    int row = -1;
    int index = 0; ///< among the places of its row

    friend auto operator<=>(const FoundPlace&, const FoundPlace&) = default;
};

/// Finds words in the messages of a model, a few milliseconds at a time, and follows its rows. What is found
/// is the text as it is read, without marks.
class TranscriptFinder final : public QObject {
    Q_OBJECT
public:
    using ContentReader = std::function<MessageContent(int row)>;

    /// `reader` gives what a row shows; called only while the model has that row.
    explicit TranscriptFinder(ContentReader reader, QObject* parent = nullptr);

    void setModel(const QAbstractItemModel* model);
    /// Starts over; an empty needle finds nothing. `fromRow`: rows from here on are searched first.
    void search(const QString& needle, Qt::CaseSensitivity sensitivity, int fromRow);
    [[nodiscard]] const QString& needle() const { return m_needle; }
    [[nodiscard]] bool isSearching() const { return !m_due.empty(); }
    [[nodiscard]] qsizetype count() const { return m_count; }
    /// Places in a row, in order.
    [[nodiscard]] const std::vector<TextSpan>& placesOf(int row) const;
    /// First place at or after a row, then from the top; invalid (row -1) if there is none yet.
    [[nodiscard]] FoundPlace firstFrom(int row) const;
    /// The next place in a direction (1 or -1), around the ends.
    [[nodiscard]] FoundPlace next(const FoundPlace& from, int direction) const;
    /// 1-based number of a place among all, 0 if it is none.
    [[nodiscard]] qsizetype numberOf(const FoundPlace& place) const;

    // The model's changes, told by the view after it took them in itself.
    void rowsInserted(int first, int count);
    void rowsRemoved(int first, int count);
    void rowsChanged(int first, int last);

Q_SIGNALS:
    /// Places came or went.
    void changed();
    /// All rows were searched.
    void finished();

protected:
    void timerEvent(QTimerEvent* event) override;

private:
    struct Range {
        int first = 0;
        int last = -1;
    };

    void queue(int first, int last);
    void forget(int row);
    void searchRow(int row);
    void searchSome();

    ContentReader m_read;
    QPointer<const QAbstractItemModel> m_model;
    QString m_needle;
    QString m_word; ///< longest run of letters and figures in the needle: the quick test of a row's source
    Qt::CaseSensitivity m_sensitivity = Qt::CaseInsensitive;
    std::map<int, std::vector<TextSpan>> m_places;
    std::deque<Range> m_due;
    qsizetype m_count = 0;
    QBasicTimer m_timer;
};

/// All places of a needle in blocks; places do not overlap.
[[nodiscard]] std::vector<TextSpan> findInBlocks(const MarkdownBlocks& blocks, const QString& needle,
                                                 Qt::CaseSensitivity sensitivity);

} // namespace apex::ui
