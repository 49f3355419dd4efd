// SPDX-License-Identifier: GPL-3.0-or-later
// The six example prompts of the platform's web page, asked through `apex ask` on usage logs of three kinds.
// A Python program that shares nothing with the product recomputes every figure of every answer from the raw
// files.
#include "e2e/apex_program.h"
#include "support/browser_person.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QRegularExpression>
#include <QTest>
#include <QUrl>

using namespace apex::test;
using namespace Qt::StringLiterals;

namespace {

const QString support = QStringLiteral(APEX_SOURCE_DIR "/tests/support/");
const QString prices = QStringLiteral(APEX_SOURCE_DIR "/resources/prices/prices.json");

const QStringList prompts{
    u"I need to reduce costs but keep quality the same. For feature X, I can accept a latency of 500ms. For "
    u"feature Y, I "
    "need to maintain the current latency of 200ms."_s,
    u"My tools are too slow. I need to reduce the latency by 3x, but I can't spend more money."_s,
    u"I'm expecting a 50% increase in agent usage next month. How will this impact my costs and rate limits?"_s,
    u"I need to optimize the 'user_authentication' function. What advanced methods can I use?"_s,
    u"I'm considering using the new 'gpt-4o' and 'claude-3-sonnet' models. How effective would they be in my current setup?"_s,
    u"I want to audit all uses of KV caching in my system to find optimization opportunities."_s};

ProgramResult python(const QStringList& arguments) {
    QProcess process;
    process.start(u"python3"_s, arguments);
    process.waitForFinished(60'000);
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
            process.readAllStandardOutput(), process.readAllStandardError()};
}

} // namespace

class TestAskedPrompts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(!m_apex.startServer().isEmpty());
        const ProgramResult signedIn =
            m_apex.signIn([](const QUrl& address) { QCOMPARE(visitAndDecide(address).status, 200); });
        QVERIFY2(signedIn.exitCode == 0, signedIn.err.constData());
        for (const QString& kind : {u"claude"_s, u"unified"_s}) {
            const ProgramResult made = python({support + u"make_usage_logs.py"_s, kind, folder(kind)});
            QVERIFY2(made.exitCode == 0, made.err.constData());
        }
    }

    void everyFigureOfTheAnswerIsRecomputed_data() {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<int>("prompt");
        for (const QString& kind : {u"csv"_s, u"claude"_s, u"unified"_s}) {
            for (int prompt = 0; prompt < prompts.size(); ++prompt)
                QTest::addRow("%s, prompt %d", qPrintable(kind), prompt + 1) << kind << prompt;
        }
    }
    void everyFigureOfTheAnswerIsRecomputed() {
        QFETCH(QString, kind);
        QFETCH(int, prompt);
        const QStringList arguments{u"ask"_s, prompts[prompt], u"--environment"_s, u"local"_s};
        const ProgramResult asked = m_apex.run(arguments + attached(files(kind)));
        QVERIFY2(asked.exitCode == 0, asked.err.constData());
        const QByteArray answer = asked.out;
        const ProgramResult checked = check(kind, prompt, answer);
        QVERIFY2(checked.exitCode == 0, QByteArray(checked.out + checked.err).constData());
        if (prompt > 0)
            return;
        m_answers.insert(kind, answer);
        // One wrong figure must not slip through.
        const ProgramResult wrong = check(kind, prompt, withOneFigureChanged(answer));
        QVERIFY2(wrong.exitCode == 1, QByteArray("a wrong figure was not noticed: " + wrong.out).constData());
    }

    void aFolderIsAskedAsItsFilesAre() {
        const QString logs = m_apex.home() + u"/assistant"_s;
        const QString project = logs + u"/projects/-home-ana-shop"_s;
        QVERIFY(QDir().mkpath(project) && QDir().mkpath(logs + u"/.hidden"_s));
        for (const QString& file : files(u"claude"_s))
            QVERIFY(QFile::copy(file, project + u'/' + QFileInfo(file).fileName()));
        // None of these may be sent: not below the folder, hidden, of another kind, or without end.
        QVERIFY(QFile::link(logs, logs + u"/projects/loop"_s));
        QVERIFY(QFile::link(files(u"csv"_s).first(), logs + u"/outside.csv"_s));
        QVERIFY(QFile::copy(files(u"csv"_s).first(), logs + u"/.hidden/usage.csv"_s));
        QVERIFY(QFile::copy(files(u"csv"_s).first(), logs + u"/notes.md"_s));
        const ProgramResult asked = m_apex.run({u"ask"_s, u"Where is my AI spend going, by project?"_s,
                                                u"--environment"_s, u"local"_s, u"--attach"_s, logs + u'/'});
        QVERIFY2(asked.exitCode == 0, asked.err.constData());
        const ProgramResult one =
            m_apex.run(QStringList{u"ask"_s, u"Where is my AI spend going, by project?"_s, u"--environment"_s,
                                   u"local"_s} +
                       attached(files(u"claude"_s)));
        QVERIFY2(one.exitCode == 0, one.err.constData());
        QCOMPARE(firstSentence(asked.out), firstSentence(one.out));
        QVERIFY(firstSentence(asked.out).contains(" calls cost "));
        QVERIFY2(asked.err.contains("24 of 24 files sent"), asked.err.constData());
        QVERIFY2(!one.err.contains("files sent"), one.err.constData());
        // The folder a log lies in is its project.
        QVERIFY2(asked.out.contains("| -home-ana-shop |"), asked.out.constData());
        QVERIFY(asked.out.contains("assistant/projects/-home-ana-shop/"));
    }

    void aFolderWithoutUsageIsRefused() {
        const QString empty = m_apex.home() + u"/nothing"_s;
        QVERIFY(QDir().mkpath(empty + u"/deeper"_s));
        const ProgramResult asked = m_apex.run(
            {u"ask"_s, prompts[0], u"--environment"_s, u"local"_s, u"--attach"_s, empty + u"/deeper"_s});
        QCOMPARE(asked.exitCode, 2);
        QVERIFY2(asked.err.contains("There is no usage data in the folder deeper."), asked.err.constData());
    }

    void whatTheDataLacksIsSaid() {
        QVERIFY(m_answers.value(u"csv"_s).contains("No row belongs to “feature X”"));
        QVERIFY(m_answers.value(u"claude"_s).contains("Add a column `latency_ms`"));
        QVERIFY(m_answers.value(u"claude"_s).contains("Cost by project"));
    }

private:
    [[nodiscard]] QString folder(const QString& kind) const { return m_apex.home() + u'/' + kind; }
    [[nodiscard]] QStringList files(const QString& kind) const {
        if (kind == u"csv")
            return {QStringLiteral(APEX_SOURCE_DIR "/resources/samples/usage-sample.csv")};
        QStringList paths;
        for (const QString& name : QDir(folder(kind)).entryList(QDir::Files, QDir::Name))
            paths.append(folder(kind) + u'/' + name);
        return paths;
    }
    static QStringList attached(const QStringList& files) {
        QStringList arguments;
        for (const QString& file : files)
            arguments << u"--attach"_s << file;
        return arguments;
    }
    /// Calls, cost and period of an answer.
    static QByteArray firstSentence(const QByteArray& answer) { return answer.left(answer.indexOf("**", 2)); }
    [[nodiscard]] ProgramResult check(const QString& kind, int prompt, const QByteArray& answer) const {
        const QString path = m_apex.home() + u"/answer.md"_s;
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly | QIODevice::Truncate) || file.write(answer) != answer.size())
            qFatal("cannot write the answer");
        file.close();
        return python(QStringList{support + u"check_answer.py"_s, prices, kind, prompts[prompt], path} +
                      files(kind));
    }
    /// The first digit behind "calls cost" becomes another one.
    static QByteArray withOneFigureChanged(const QByteArray& answer) {
        QByteArray changed = answer;
        const qsizetype at = changed.indexOf("calls cost ") + 11;
        changed[at] = changed[at] == '9' ? '1' : '9';
        return changed;
    }

    ApexProgram m_apex;
    QHash<QString, QByteArray> m_answers;
};

QTEST_GUILESS_MAIN(TestAskedPrompts)
#include "tst_asked_prompts.moc"
