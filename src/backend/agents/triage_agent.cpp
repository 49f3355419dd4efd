// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/triage_agent.h"

#include "backend/agents/agent_words.h"
#include "backend/agents/column_profile.h"
#include "backend/agents/markdown_table.h"
#include "backend/agents/reading_options.h"
#include "backend/agents/usage_results.h"

#include <QDateTime>
#include <QRegularExpression>

#include <algorithm>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

/// Of a folder with thousands of logs the first few show what is meant.
constexpr qsizetype mostListed = 20;

/// Adds the first sentences and says how many there were beside them.
void addFirst(QStringList& list, const QStringList& sentences) {
    list.append(sentences.mid(0, mostListed));
    if (sentences.size() > mostListed)
        list.append(say(QT_TRANSLATE_NOOP("Agents", "%1 more files were left out for the same reason"))
                        .arg(sentences.size() - mostListed));
}

QString conclusion(const RunState& state) {
    const int present = presentCount(state.needed);
    QString counts = say(QT_TRANSLATE_NOOP("Agents", "%1 of the %2 needed fields are there"))
                         .arg(present)
                         .arg(state.needed.size());
    switch (state.sufficiency) {
    case Sufficiency::Sufficient:
        return say(QT_TRANSLATE_NOOP(
                       "Agents",
                       "%1, which is enough: the data is measured first, then savings are calculated."))
            .arg(counts);
    case Sufficiency::Partial:
        return say(QT_TRANSLATE_NOOP(
                       "Agents",
                       "%1: I list what is missing and report what can be measured; savings need more."))
            .arg(counts);
    case Sufficiency::Insufficient:
        return say(QT_TRANSLATE_NOOP("Agents",
                                     "%1: too little to calculate anything, so the answer is what to bring."))
            .arg(counts);
    }
    return counts;
}

Intent intentOf(const RunRequest& request) {
    QStringList earlier;
    for (const EarlierMessage& message : request.history) {
        if (message.fromUser)
            earlier.append(message.text);
    }
    return readIntent(request.text, earlier);
}

bool hasNewFiles(const RunRequest& request) {
    return std::any_of(request.files.begin(), request.files.end(),
                       [](const AttachedFile& file) { return file.ofThisMessage; });
}

/// The files that the answer before was about: those of the latest message that brought any. Empty: not
/// known.
std::vector<FileId> filesOfAnswerBefore(const RunRequest& request) {
    for (auto message = request.history.rbegin(); message != request.history.rend(); ++message) {
        if (!message->files.empty())
            return message->files;
    }
    return {};
}

bool wantsAllFiles(const QString& text) {
    static const QRegularExpression all(
        uR"(\b(?:all|both|every)\s+(?:(?:of\s+)?(?:the|my|our|these|those)\s+)?(?:\d+\s+|two\s+|three\s+)?(?:files?|exports?|attachments?)\b|\b(?:alle|beide)n?\s+dateien\b)"_s,
        QRegularExpression::CaseInsensitiveOption);
    return all.match(text).hasMatch();
}

/// A file that came with this message is meant; else those that the conversation was about.
bool isMeant(const AttachedFile& file, const RunRequest& request) {
    if (wantsAllFiles(request.text))
        return true;
    if (hasNewFiles(request))
        return file.ofThisMessage;
    const std::vector<FileId> before = filesOfAnswerBefore(request);
    return before.empty() || std::find(before.begin(), before.end(), file.id) != before.end();
}

/// Which of several files the answer is about, if not all of them.
QStringList fileNotes(const RunState& state) {
    if (state.files.size() == state.request.files.size() || state.files.empty())
        return {};
    QStringList names;
    for (const AttachedFile& file : state.files)
        names.append(u'“' + markdownSafe(file.name) + u'”');
    return {
        say(QT_TRANSLATE_NOOP("Agents", "Of the files of this conversation only %1 is counted here; say “all "
                                        "files” for the others, too."))
            .arg(names.mid(0, 3).join(u", "_s) + (names.size() > 3 ? u" …"_s : QString()))};
}

/// "Here you go", "and this one?": the files themselves are the request.
bool handsFilesOver(const QString& text) {
    static const QRegularExpression only(
        uR"(^(?:\W*\b(?:here|there|you go|you are|it is|they are|is|are|please|go|ahead|on|attached|see|this|that|these|those|it|one|ones|file|try|now|ok|okay|and|what about|how about|also|too|start|run|hier|bitte|das|diese[rsnm]?|los)\b)*\W*$)"_s,
        QRegularExpression::CaseInsensitiveOption);
    return only.match(text).hasMatch();
}

/// A request in which neither the rules nor the rows know a word asks for nothing that could be calculated.
void decideWhatIsAsked(RunState& state) {
    Intent& intent = state.intent;
    if (intent.moveFrom.isEmpty() && !intent.moveTo.isEmpty() &&
        state.found.moveFrom.compare(intent.moveTo, Qt::CaseInsensitive) != 0)
        intent.moveFrom = state.found.moveFrom;
    const bool handsOver = hasNewFiles(state.request) && handsFilesOver(state.request.text);
    if (intent.saysNothing && !state.found.isChanged && !handsOver)
        intent.topics = {Topic::Unclear};
}

/// "How much do ana and ben cost?" wants to know it of each.
void tellNamesApart(RunState& state) {
    Intent& intent = state.intent;
    const bool counts = intent.main() == Topic::Cost || intent.main() == Topic::Usage;
    if (!counts || !intent.dimensions.isEmpty() || !intent.moveTo.isEmpty() || !state.found.parts.empty() ||
        intent.asksFor(Topic::Savings) || intent.asksFor(Topic::Models))
        return;
    QMap<QString, int> names;
    for (const Scope::Filter& filter : state.found.scope.filters)
        names[filter.column] += filter.excluded ? 0 : 1;
    for (auto column = names.begin(); column != names.end(); ++column) {
        if (column.value() > 1)
            intent.dimensions.append(column.key());
    }
}

std::vector<ImportFile> importFiles(const RunState& state) {
    std::vector<ImportFile> files;
    for (const AttachedFile& file : state.files)
        files.push_back({file.path, file.name, file.columns});
    return files;
}

} // namespace

QString TriageAgent::name() const {
    return u"triage"_s;
}

QString TriageAgent::task() const {
    return say(QT_TRANSLATE_NOOP("Agents", "Find out what is asked and whether the data is enough for it"));
}

Expected<QJsonObject> TriageAgent::work(RunState& state) {
    state.intent = intentOf(state.request);
    state.needed = neededFieldsOfAnalysis();
    if (state.intent.main() == Topic::Courtesy || state.intent.main() == Topic::Unclear)
        return QJsonObject{
            {"summary"_L1, say(QT_TRANSLATE_NOOP("Agents", "Nothing is asked, so nothing is calculated."))},
            {"topic"_L1, topicName(state.intent.main())}};
    const QString words =
        state.intent.keywords.isEmpty()
            ? say(QT_TRANSLATE_NOOP("Agents", "no word I know, so I treat it as a question about cost"))
            : state.intent.keywords.join(u", "_s);
    think(state,
          say(QT_TRANSLATE_NOOP("Agents", "I read the request (key words: %1) and look at what is attached."))
              .arg(words));
    if (auto listed = listAttachments(state); !listed)
        return fail(listed.error());
    if (!state.files.empty()) {
        if (auto loaded = loadPrices(state); !loaded)
            return fail(loaded.error());
        if (auto imported = importRows(state); !imported)
            return fail(imported.error());
        if (auto profiled = profileColumns(state); !profiled)
            return fail(profiled.error());
        if (auto found = findRows(state); !found)
            return fail(found.error());
    }
    think(state, conclusion(state));
    return QJsonObject{{"summary"_L1, conclusion(state)},
                       {"topic"_L1, topicName(state.intent.main())},
                       {"keywords"_L1, QJsonArray::fromStringList(state.intent.keywords)},
                       {"follow_up"_L1, state.intent.followUp},
                       {"break_down_by"_L1, QJsonArray::fromStringList(state.intent.dimensions)},
                       {"data_sufficiency"_L1, sufficiencyName(state.sufficiency)}};
}

Expected<void> TriageAgent::listAttachments(RunState& state) const {
    const auto result = callTool(state, u"list_attachments"_s, {}, [&]() -> Expected<QJsonObject> {
        QJsonArray files;
        QStringList skipped;
        for (const AttachedFile& file : state.request.files) {
            const bool used = isMeant(file, state.request);
            if (files.size() < mostListed)
                files.append(QJsonObject{{"file"_L1, file.name},
                                         {"bytes"_L1, file.sizeBytes},
                                         {"used"_L1, used},
                                         {"from_earlier_message"_L1, !file.ofThisMessage}});
            if (used)
                state.files.push_back(file);
            else
                skipped.append(
                    say(QT_TRANSLATE_NOOP("Agents",
                                          "“%1” came with an earlier message and was not counted here"))
                        .arg(file.name));
        }
        addFirst(state.skippedFiles, skipped);
        return QJsonObject{{"files"_L1, files},
                           {"count"_L1, static_cast<qint64>(state.request.files.size())},
                           {"earlier_messages"_L1, static_cast<qint64>(state.request.history.size())}};
    });
    return result ? Expected<void>() : fail(result.error());
}

/// Without prices the measured part still stands, so a faulty price file is reported and not the end of the
/// run.
Expected<void> TriageAgent::loadPrices(RunState& state) const {
    const auto result = callTool(state, u"load_prices"_s, {}, [&]() -> Expected<QJsonObject> {
        auto book = PriceBook::load(state.request.priceFilePath);
        if (!book)
            return fail(book.error());
        state.prices = std::make_unique<PriceBook>(std::move(*book));
        return QJsonObject{{"as_of"_L1, state.prices->asOf().toString(Qt::ISODate)},
                           {"currency"_L1, u"USD"_s},
                           {"models"_L1, static_cast<qint64>(state.prices->size())}};
    });
    if (!result && result.error().kind == ErrorKind::Cancelled)
        return fail(result.error());
    if (!result) {
        state.priceProblem = result.error().forPeople();
        think(state,
              say(QT_TRANSLATE_NOOP("Agents", "%1 I go on with recorded costs only; nothing is repriced."))
                  .arg(state.priceProblem));
    }
    return {};
}

Expected<void> TriageAgent::importRows(RunState& state) const {
    qint64 bytes = 0;
    for (const AttachedFile& file : state.files)
        bytes += file.sizeBytes;
    const QString intention =
        state.files.size() == 1
            ? say(QT_TRANSLATE_NOOP("Agents", "I read every row of the file (%1 bytes); its content says "
                                              "what it is."))
                  .arg(bytes)
            : say(QT_TRANSLATE_NOOP("Agents", "I read every row of %1 files (%2 bytes); what they are is "
                                              "found from their content."))
                  .arg(QString::number(state.files.size()), QString::number(bytes));
    think(state, intention);
    const QJsonObject arguments{{"files"_L1, static_cast<qint64>(state.files.size())}, {"bytes"_L1, bytes}};
    const auto result = callTool(state, u"load_usage"_s, arguments, [&]() -> Expected<QJsonObject> {
        const ReadOptions reading = readingOptions(state);
        ImportOptions options;
        options.prices = state.prices.get();
        options.decimalComma = reading.decimalComma;
        options.latestTimestampUs = reading.latestTimestampUs;
        options.cacheFolder = state.request.importFolder;
        auto imported = importUsage(importFiles(state), options, state.stop);
        if (!imported)
            return fail(imported.error());
        auto store = UsageStore::open(imported->databasePath);
        if (!store)
            return fail(store.error());
        state.store = std::make_unique<UsageStore>(std::move(*store));
        state.rows = std::make_unique<RowsQuery>(*state.store, Scope(), state.stop);
        state.import = std::move(imported->report);
        QStringList skipped;
        for (const FileImport& file : state.import->files) {
            if (!file.sameAs.isEmpty())
                skipped.append(
                    say(QT_TRANSLATE_NOOP("Agents", "“%1” has the same content as “%2” and was counted once"))
                        .arg(file.name, file.sameAs));
            if (!file.skipped.isEmpty())
                skipped.append(say(QT_TRANSLATE_NOOP("Agents", "%1 It was left out")).arg(file.skipped));
        }
        addFirst(state.skippedFiles, skipped);
        return importJson(*state.import);
    });
    return result ? Expected<void>() : fail(result.error());
}

Expected<void> TriageAgent::profileColumns(RunState& state) const {
    const auto result = callTool(state, u"profile_columns"_s, {}, [&]() -> Expected<QJsonObject> {
        auto profile = profileRows(*state.rows);
        if (!profile)
            return fail(profile.error());
        state.needed = profile->needed;
        state.sufficiency = sufficiencyOf(state.needed);
        state.profile = profile->json;
        return state.profile;
    });
    return result ? Expected<void>() : fail(result.error());
}

Expected<void> TriageAgent::findRows(RunState& state) const {
    const QDate today =
        QDateTime::fromMSecsSinceEpoch(state.clock.wallNow().time_since_epoch().count() / 1000, Qt::UTC)
            .date();
    QJsonObject arguments{{"question"_L1, topicName(state.intent.main())}};
    if (state.intent.time)
        arguments["time"_L1] = state.intent.time->text.trimmed();
    const auto result = callTool(state, u"find_rows"_s, arguments, [&]() -> Expected<QJsonObject> {
        auto found = findScope(*state.rows, state.intent, today);
        if (!found)
            return fail(found.error());
        state.found = std::move(*found);
        state.found.notes = fileNotes(state) + state.intent.notes + state.found.notes;
        decideWhatIsAsked(state);
        tellNamesApart(state);
        state.rows->setScope(state.found.scope);
        const auto count = state.rows->run(u"SELECT count(*) AS rows FROM $rows"_s);
        if (!count)
            return fail(count.error());
        state.rowsInScope = count->number(0, u"rows"_s);
        return QJsonObject{{"scope"_L1, state.found.scope.json()},
                           {"rows"_L1, state.rowsInScope},
                           {"notes"_L1, QJsonArray::fromStringList(state.found.notes)},
                           {"names_not_found"_L1, QJsonArray::fromStringList(state.found.unknownNames)}};
    });
    if (!result)
        return fail(result.error());
    if (state.found.scope.isEverything())
        return {};
    think(state, say(QT_TRANSLATE_NOOP("Agents", "The question is about %1: %2 of the rows. %3"))
                     .arg(state.found.scope.text(), QString::number(state.rowsInScope),
                          state.found.notes.join(u' ')));
    return {};
}

} // namespace apex::backend
