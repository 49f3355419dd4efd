// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/usage_import.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QtTest>

namespace apex::backend {

using namespace Qt::StringLiterals;

struct NamedContent {
    QString name;
    QByteArray content;
};
using Contents = std::vector<NamedContent>;

inline QByteArray lineOf(const QJsonObject& object) {
    return QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n';
}

inline QJsonObject claudeCall(const QString& id, const QString& request, int input, int output,
                              bool sidechain, const QString& session, int second) {
    return {{u"parentUuid"_s, u"p"_s},
            {u"isSidechain"_s, sidechain},
            {u"cwd"_s, u"/home/ana/shop"_s},
            {u"sessionId"_s, session},
            {u"type"_s, u"assistant"_s},
            {u"requestId"_s, request},
            {u"timestamp"_s, u"2025-08-%1T10:%2:%3.000Z"_s.arg(1 + second / 3600, 2, 10, QChar(u'0'))
                                 .arg(second / 60 % 60, 2, 10, QChar(u'0'))
                                 .arg(second % 60, 2, 10, QChar(u'0'))},
            {u"message"_s,
             QJsonObject{{u"id"_s, id},
                         {u"model"_s, second % 3 == 0 ? u"claude-opus-4-5"_s : u"claude-sonnet-4-5"_s},
                         {u"usage"_s, QJsonObject{{u"input_tokens"_s, input},
                                                  {u"output_tokens"_s, output},
                                                  {u"cache_read_input_tokens"_s, input * 7},
                                                  {u"cache_creation_input_tokens"_s, 11}}}}}};
}

/// Files of a test and what an import makes of them.
class ImportWorld {
protected:
    QTemporaryDir m_dir;
    std::optional<PriceBook> m_prices;
    int m_number = 0;

    std::vector<ImportFile> write(const Contents& contents) {
        const QString folder = m_dir.filePath(u"in-%1"_s.arg(++m_number));
        QDir().mkpath(folder);
        std::vector<ImportFile> files;
        for (std::size_t i = 0; i < contents.size(); ++i) {
            const QString path = folder + u"/%1"_s.arg(i);
            QFile file(path);
            if (!file.open(QIODevice::WriteOnly) ||
                file.write(contents[i].content) != contents[i].content.size())
                qFatal("cannot write");
            files.push_back({path, contents[i].name});
        }
        return files;
    }
    ImportOptions options(const QString& cache = {}) {
        ImportOptions options;
        options.prices = &*m_prices;
        options.latestTimestampUs = 1'900'000'000'000'000;
        options.cacheFolder = cache.isEmpty() ? m_dir.filePath(u"cache-%1"_s.arg(++m_number)) : cache;
        return options;
    }
    Expected<UsageImport> import(const Contents& contents) {
        return importUsage(write(contents), options(), {});
    }

    static std::vector<QVariantList> query(const Expected<UsageImport>& import, const QString& sql) {
        if (!import)
            qFatal("%s", qPrintable(import.error().forSupport()));
        const auto store = UsageStore::open(import->databasePath);
        const auto result = store ? store->query(sql) : tl::unexpected(store.error());
        if (!result)
            qFatal("%s", qPrintable(result.error().forSupport()));
        return result->rows;
    }
    /// Everything a report adds up, as text.
    static QString totals(const Expected<UsageImport>& import) {
        QString text;
        for (const QString& group :
             {u"'all'"_s, u"day"_s, u"model"_s, u"session"_s, u"project"_s, u"is_sidechain"_s}) {
            for (
                const QVariantList& row : query(
                    import,
                    u"SELECT %1, COUNT(*), SUM(input_tokens), SUM(output_tokens), SUM(cache_read_tokens), "
                    "usd_sum(cost_pico, cost_rest), usd_sum(priced_pico) FROM usage_rows GROUP BY 1 ORDER BY 1"_s
                        .arg(group))) {
                for (const QVariant& value : row)
                    text += value.toString() + u' ';
                text += u'\n';
            }
        }
        return text;
    }
    static QByteArray joined(const std::vector<QByteArray>& lines) {
        QByteArray all;
        for (const QByteArray& line : lines)
            all += line;
        return all;
    }

    void loadPrices() {
        auto prices = PriceBook::load(QStringLiteral(APEX_SOURCE_DIR "/resources/prices/prices.json"));
        QVERIFY2(prices.has_value(), prices ? "" : qPrintable(prices.error().forSupport()));
        m_prices = std::move(*prices);
    }
};

} // namespace apex::backend
