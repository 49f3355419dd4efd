// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/answer_cache.h"

#include "backend/usage/content_id.h"

#include <QDataStream>
#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

constexpr std::size_t maxKeptRows = 20'000;
constexpr qint64 maxKeptBytes = 8'000'000;
constexpr qsizetype maxKeptAnswers = 500;
constexpr auto streamVersion = QDataStream::Qt_6_4;

QByteArray digestOf(const QByteArray& bytes) {
    return blockDigest(std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
}

} // namespace

AnswerCache::AnswerCache(const QString& databasePath) : m_folder(folderOf(databasePath)) {}

QString AnswerCache::folderOf(const QString& databasePath) {
    const QFileInfo file(databasePath);
    return file.path() + u'/' + file.completeBaseName() + u".answers"_s;
}

QString AnswerCache::pathOf(const QString& sql, const QVariantList& values, std::size_t maxRows) const {
    QByteArray question;
    QDataStream stream(&question, QIODevice::WriteOnly);
    stream.setVersion(streamVersion);
    stream << sql << values << static_cast<quint64>(maxRows);
    return m_folder + u'/' + QString::fromLatin1(digestOf(question).toHex());
}

std::optional<QueryResult> AnswerCache::find(const QString& sql, const QVariantList& values,
                                             std::size_t maxRows) const {
    QFile file(pathOf(sql, values, maxRows));
    if (!file.open(QIODevice::ReadOnly))
        return std::nullopt;
    const QByteArray bytes = file.read(maxKeptBytes + 64);
    constexpr qsizetype digestSize = 16;
    const QByteArray body = bytes.mid(digestSize);
    if (bytes.size() <= digestSize || digestOf(body) != bytes.left(digestSize))
        return std::nullopt;
    QDataStream stream(body);
    stream.setVersion(streamVersion);
    QueryResult result;
    QList<QVariantList> rows;
    QString askedSql;
    QVariantList askedValues;
    stream >> askedSql >> askedValues >> result.columns >> result.truncated >> rows;
    if (stream.status() != QDataStream::Ok || askedSql != sql || askedValues != values)
        return std::nullopt;
    result.rows.assign(std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end()));
    return result;
}

void AnswerCache::keep(const QString& sql, const QVariantList& values, std::size_t maxRows,
                       const QueryResult& result) const {
    if (result.rows.size() > maxKeptRows || !QDir().mkpath(m_folder) ||
        QDir(m_folder).entryList(QDir::Files).size() >= maxKeptAnswers)
        return;
    QByteArray body;
    QDataStream stream(&body, QIODevice::WriteOnly);
    stream.setVersion(streamVersion);
    stream << sql << values << result.columns << result.truncated
           << QList<QVariantList>(result.rows.begin(), result.rows.end());
    if (body.size() > maxKeptBytes)
        return;
    // Half an answer has the wrong digest, so it needs no temporary file.
    QFile file(pathOf(sql, values, maxRows));
    if (!file.open(QIODevice::WriteOnly))
        return;
    file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    file.write(digestOf(body) + body);
}

} // namespace apex::backend
