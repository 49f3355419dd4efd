// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "run_recorder.h"

#include <QFile>

/// Conversations with the agents in this process, and the sums that their answers have to hold.
inline const QString sampleCsv = QStringLiteral(APEX_SOURCE_DIR "/resources/samples/usage-sample.csv");

/// Exact sums in 10^-9 dollars.
struct Sum {
    qint64 calls = 0;
    qint64 nano = 0;
    qint64 failedCalls = 0;
    qint64 failedNano = 0;
};

inline qint64 nanoOf(const QByteArray& text) {
    const qsizetype dot = text.indexOf('.');
    return (dot < 0 ? text : text.left(dot)).toLongLong() * 1'000'000'000 +
           (dot < 0 ? QByteArray() : text.mid(dot + 1)).leftJustified(9, '0').toLongLong();
}

inline QString dollars(qint64 nano) {
    QString fraction = QString::number(nano % 1'000'000'000).rightJustified(9, u'0');
    while (fraction.size() > 2 && fraction.endsWith(u'0'))
        fraction.chop(1);
    return QString::number(nano / 1'000'000'000) + u'.' + fraction;
}

/// The rows of the sample between two days whose cell in a column has a value (column -1: all).
inline Sum sumOf(const QByteArray& from, const QByteArray& to, int column = -1,
                 const QByteArray& value = {}) {
    QFile file(sampleCsv);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("no sample");
    file.readLine();
    Sum sum;
    while (!file.atEnd()) {
        const QByteArrayList cells = file.readLine().trimmed().split(',');
        const QByteArray day = cells[0].left(10);
        if (day < from || day > to || (column >= 0 && cells[column] != value))
            continue;
        ++sum.calls;
        sum.nano += nanoOf(cells[11]);
        sum.failedCalls += cells[7] == "ok" ? 0 : 1;
        sum.failedNano += cells[7] == "ok" ? 0 : nanoOf(cells[11]);
    }
    return sum;
}

inline const QByteArray always("0000");
inline const QByteArray forever("9999");

/// Asks one question after the other in one thread and returns the last answer.
inline QString conversation(const QStringList& questions, const QString& path = sampleCsv) {
    std::vector<apex::backend::EarlierMessage> history;
    QString answer;
    for (const QString& question : questions) {
        RunRecorder run(question);
        run.attach(path);
        run.request.files.back().ofThisMessage = history.empty();
        run.request.history = history;
        run.run();
        answer = run.outcome.answerMarkdown;
        history.push_back({true, question, {}});
        history.push_back({false, answer, {}});
    }
    return answer;
}
