// SPDX-License-Identifier: GPL-3.0-or-later
// Data never moves the reader: while scrolled up, the line at the top of the window stays where it is, to the
// pixel.
#include "support/message_rows.h"
#include "ui/theme/theme_provider.h"
#include "ui/transcript/transcript_view.h"

#include <QRandomGenerator>
#include <QTest>

using namespace apex;
using namespace Qt::StringLiterals;

class TestTranscriptScroll : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aReaderIsNeverMoved_data();
    void aReaderIsNeverMoved();
    void followingEndsOnlyAtTheStartOfAFreshAnswer_data();
    void followingEndsOnlyAtTheStartOfAFreshAnswer();
    void heightIndexAgreesWithPlainSums();
};

namespace {

class Thread {
public:
    explicit Thread(quint32 seed) : m_random(seed) {
        m_view.setModel(&m_model);
        m_view.resize(640, 480);
        m_view.show();
        append(40);
        m_view.placedRows();
    }

    int below(int limit) { return static_cast<int>(m_random.bounded(limit)); }

    QString text() {
        QString result;
        const int paragraphs = 1 + below(5);
        for (int i = 0; i < paragraphs; ++i)
            result += u"word "_s.repeated(5 + below(80)).trimmed() + u"\n\n"_s;
        if (below(4) == 0)
            result += u"```\ncode line\n```\n\n| a | b |\n|---|--:|\n| x | 1 |\n"_s;
        return result;
    }
    std::vector<test::MessageRow> fresh(int count) {
        std::vector<test::MessageRow> rows;
        for (int i = 0; i < count; ++i)
            rows.push_back({m_nextId++, below(2) == 0, text(), session::AnswerKind::Full});
        return rows;
    }
    void append(int count) { m_model.insert(m_model.rowCount(), fresh(count)); }
    void prepend(int count) { m_model.insert(0, fresh(count)); }
    /// Changes the text of a row that is not the one being read.
    void changeOther(qint64 readId) {
        const int row = below(m_model.rowCount());
        if (m_model.at(row).localId != readId)
            m_model.setText(row, text());
    }
    void streamIntoLast(qint64 readId) {
        const int last = m_model.rowCount() - 1;
        if (m_model.at(last).localId != readId)
            m_model.setText(last, m_model.at(last).text + u" more words"_s);
    }
    void resizeView() { m_view.resize(420 + below(600), 480); }
    void zoom() { m_view.setZoom(0.7 + below(14) / 10.0); }
    void removeOther(qint64 readId) {
        const int row = below(m_model.rowCount());
        if (m_model.at(row).localId != readId && m_model.rowCount() > 30)
            m_model.remove(row, 1);
    }
    void change(qint64 readId) {
        switch (below(7)) {
        case 0:
            return append(1 + below(3));
        case 1:
            return prepend(1 + below(20));
        case 2:
            return changeOther(readId);
        case 3:
            return streamIntoLast(readId);
        case 4:
            return resizeView();
        case 5:
            return zoom();
        default:
            return removeOther(readId);
        }
    }

    test::MessageRows& model() { return m_model; }
    ui::TranscriptView& view() { return m_view; }

private:
    QRandomGenerator m_random;
    ui::ThemeProvider m_themes{*qobject_cast<QApplication*>(QCoreApplication::instance())};
    test::MessageRows m_model;
    ui::TranscriptView m_view{m_themes};
    qint64 m_nextId = 1;
};

/// The line at the top of the window: which message, which characters, and its distance from the window's
/// edge.
struct Reading {
    qint64 localId = 0;
    ui::ReadingPin pin;
};

Reading readingOf(Thread& thread) {
    const ui::PlacedRow& top = thread.view().placedRows().front();
    const ui::MessageLayout* layout = thread.view().rows().existing(top.row);
    return {thread.model().at(top.row).localId, layout->pinAt(-top.top)};
}

/// Pixels that the line read has moved on the screen; a value no screen has if it is gone.
int drift(Thread& thread, const Reading& reading) {
    for (const ui::PlacedRow& placed : thread.view().placedRows()) {
        if (thread.model().at(placed.row).localId == reading.localId)
            return placed.top + qRound(thread.view().rows().existing(placed.row)->topFor(reading.pin));
    }
    return 1'000'000;
}

void seeds() {
    QTest::addColumn<quint32>("seed");
    for (quint32 seed = 1; seed <= 6; ++seed)
        QTest::addRow("seed %u", seed) << seed;
}

} // namespace

void TestTranscriptScroll::aReaderIsNeverMoved_data() {
    seeds();
}

void TestTranscriptScroll::aReaderIsNeverMoved() {
    QFETCH(quint32, seed);
    Thread thread(seed);
    QVERIFY(thread.view().isFollowing());
    // Up by keys into the middle of the thread, to an odd place within a message.
    for (int i = 0; i < 12; ++i)
        QTest::keyClick(&thread.view(), Qt::Key_PageUp);
    QVERIFY(!thread.view().isFollowing());
    const Reading reading = readingOf(thread);
    QCOMPARE(drift(thread, reading), 0);
    for (int step = 0; step < 60; ++step) {
        thread.change(reading.localId);
        if (thread.below(3) == 0)
            QCoreApplication::processEvents();
        QCOMPARE(drift(thread, reading), 0);
        QVERIFY(!thread.view().isFollowing());
    }
    thread.view().resize(640, 480);
    thread.view().setZoom(1);
    QCOMPARE(drift(thread, reading), 0);
}

void TestTranscriptScroll::followingEndsOnlyAtTheStartOfAFreshAnswer_data() {
    seeds();
}

void TestTranscriptScroll::followingEndsOnlyAtTheStartOfAFreshAnswer() {
    QFETCH(quint32, seed);
    Thread thread(seed);
    thread.view().jumpToLatest();
    int stays = 0;
    for (int step = 0; step < 120; ++step) {
        thread.change(-1);
        const auto placed = thread.view().placedRows();
        const int last = thread.model().rowCount() - 1;
        const int height = thread.view().viewport()->height();
        if (thread.view().isFollowing()) {
            QCOMPARE(placed.back().row, last);
            QVERIFY(placed.back().top + placed.back().height <= height);
            continue;
        }
        // Stopped: with an answer that does not fit, whose start (or its short prompt's) is the window's top.
        ++stays;
        QCOMPARE(placed.front().top, 0);
        const int answer =
            thread.model().at(placed.front().row).fromUser ? placed.front().row + 1 : placed.front().row;
        QCOMPARE(answer, last);
        QVERIFY(!thread.model().at(answer).fromUser);
        QVERIFY(placed.back().top + placed.back().height > height - 16);
        // Whoever asks for the end gets it, and keeps it whatever the same answer does next.
        thread.view().jumpToLatest();
        QVERIFY(thread.view().isFollowing());
        thread.streamIntoLast(-1);
        thread.view().placedRows();
        QVERIFY(thread.view().isFollowing());
    }
    QVERIFY(stays > 0);
}

void TestTranscriptScroll::heightIndexAgreesWithPlainSums() {
    QRandomGenerator random(7);
    ui::HeightIndex index;
    index.setEstimate(50);
    index.reset(0);
    std::vector<int> plain; // -1 for unmeasured
    const auto heightOf = [&](size_t row) { return plain[row] < 0 ? 50 : plain[row]; };
    for (int step = 0; step < 400; ++step) {
        const int row = plain.empty() ? 0 : int(random.bounded(int(plain.size())));
        switch (random.bounded(5)) {
        case 0:
            index.insert(row, 3);
            plain.insert(plain.begin() + row, 3, -1);
            break;
        case 1:
            index.insert(int(plain.size()), 2);
            plain.insert(plain.end(), 2, -1);
            break;
        case 2:
            if (!plain.empty()) {
                plain[size_t(row)] = 1 + int(random.bounded(300));
                index.setHeight(row, plain[size_t(row)]);
            }
            break;
        case 3:
            if (!plain.empty()) {
                plain[size_t(row)] = -1;
                index.forget(row);
            }
            break;
        default:
            if (plain.size() > 20) {
                index.remove(row, 1);
                plain.erase(plain.begin() + row);
            }
            break;
        }
        qint64 sum = 0;
        for (size_t i = 0; i < plain.size(); ++i) {
            QCOMPARE(index.top(int(i)), sum);
            QCOMPARE(index.rowAt(sum), int(i));
            QCOMPARE(index.rowAt(sum + heightOf(i) - 1), int(i));
            sum += heightOf(i);
        }
        QCOMPARE(index.total(), sum);
    }
}

QTEST_MAIN(TestTranscriptScroll)
#include "tst_transcript_scroll.moc"
