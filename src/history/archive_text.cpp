// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/archive.h"
#include "history/archive_database.h"
#include "history/archive_values.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace apex::history {

using namespace Qt::StringLiterals;

namespace {

constexpr int RememberedPrompts = 1'000;

/// Every word quoted, so that nothing in it is read as FTS5 syntax.
QString matchAllWords(const QString& text) {
    QStringList words;
    for (QString word : text.split(u' ', Qt::SkipEmptyParts))
        words.append(u'"' + word.replace(u'"', u"\"\""_s) + u"\"*"_s);
    return words.join(u' ');
}

QString columnsText(const protocol::FileColumns& files) {
    QJsonObject all;
    for (auto file = files.begin(); file != files.end(); ++file) {
        QJsonObject columns;
        for (auto column = file->begin(); column != file->end(); ++column)
            columns[column.key()] = column.value();
        all[file.key()] = columns;
    }
    return all.isEmpty() ? QString() : QString::fromUtf8(QJsonDocument(all).toJson(QJsonDocument::Compact));
}

protocol::FileColumns columnsOf(const QString& text) {
    protocol::FileColumns files;
    const QJsonObject all = QJsonDocument::fromJson(text.toUtf8()).object();
    for (auto file = all.begin(); file != all.end(); ++file) {
        const QJsonObject columns = file.value().toObject();
        for (auto column = columns.begin(); column != columns.end(); ++column)
            files[file.key()][column.key()] = column.value().toString();
    }
    return files;
}

} // namespace

void Archive::saveDraft(const ThreadId& thread, const QString& text) {
    if (text.isEmpty())
        check(m_database->execute(u"DELETE FROM drafts WHERE thread=?"_s, {textOf(thread)}));
    else
        check(m_database->execute(
            u"INSERT INTO drafts(thread,text) VALUES(?,?) ON CONFLICT(thread) DO UPDATE SET "
            "text=excluded.text"_s,
            {textOf(thread), text}));
}

QString Archive::draft(const ThreadId& thread) {
    const auto rows = read(u"SELECT text FROM drafts WHERE thread=?"_s, {textOf(thread)});
    return rows.empty() ? QString() : rows.front().front().toString();
}

void Archive::addPrompt(const QString& text) {
    if (text.trimmed().isEmpty())
        return;
    check(m_database->execute(u"INSERT INTO prompts(text) VALUES(?)"_s, {text}));
    check(m_database->execute(u"DELETE FROM prompts WHERE row<=(SELECT max(row) FROM prompts)-?"_s,
                              {RememberedPrompts}));
}

QStringList Archive::prompts(int limit) {
    QStringList found;
    for (const QVariantList& row : read(u"SELECT text FROM prompts ORDER BY row DESC LIMIT ?"_s, {limit}))
        found.prepend(row.front().toString());
    return found;
}

void Archive::saveOutgoing(const ArchivedOutgoing& outgoing) {
    check(m_database->execute(
        u"INSERT OR REPLACE INTO outbox(run,thread,text,files,queued_us,columns) VALUES(?,?,?,?,?,?)"_s,
        {textOf(outgoing.run), textOf(outgoing.thread), notNull(outgoing.text),
         notNull(outgoing.files.join(u'\n')), microsOf(outgoing.queuedAt),
         notNull(columnsText(outgoing.columns))}));
}

bool Archive::removeOutgoing(const RunId& run) {
    return check(m_database->execute(u"DELETE FROM outbox WHERE run=?"_s, {textOf(run)}));
}

std::vector<ArchivedOutgoing> Archive::outgoing() {
    std::vector<ArchivedOutgoing> found;
    for (const QVariantList& row :
         read(u"SELECT run, thread, text, files, queued_us, columns FROM outbox ORDER BY queued_us, rowid"_s))
        found.push_back({RunId(row[0].toString()), ThreadId(row[1].toString()), row[2].toString(),
                         row[3].toString().split(u'\n', Qt::SkipEmptyParts),
                         timeOf(row[4]).value_or(WallTime{}), columnsOf(row[5].toString())});
    return found;
}

std::vector<ArchivedHit> Archive::search(const QString& text, int limit) {
    const QString match = matchAllWords(text);
    if (match.isEmpty())
        return {};
    std::vector<ArchivedHit> found;
    for (const QVariantList& row :
         read(u"SELECT m.thread, m.id, snippet(messages_text,0,char(8296),char(8297),'…',16) FROM "
              u"messages_text JOIN "
              "messages m ON m.row=messages_text.rowid WHERE messages_text MATCH ? ORDER BY rank LIMIT ?"_s,
              {match, limit}))
        found.push_back({ThreadId(row[0].toString()), MessageId(row[1].toString()), row[2].toString()});
    return found;
}

} // namespace apex::history
