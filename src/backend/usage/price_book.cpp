// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/price_book.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 maxFileSize = 4 * 1024 * 1024;

QString priceText(const char* text) {
    return QCoreApplication::translate("PriceBook", text);
}

Error faulty(const QString& what) {
    return makeError(
        ErrorKind::Configuration,
        priceText(QT_TRANSLATE_NOOP("PriceBook", "The price file cannot be used: %1.")).arg(what),
        priceText(QT_TRANSLATE_NOOP(
            "PriceBook", "Correct the price file or restore the one that came with the program.")));
}

/// Prices are texts in the file so that no binary fraction comes between; numbers are taken by their shortest
/// form.
QString priceText(const QJsonValue& value) {
    return value.isDouble() ? QString::number(value.toDouble(), 'g', QLocale::FloatingPointShortest)
                            : value.toString();
}

Expected<std::optional<Money>> readPrice(const QJsonObject& entry, const QString& key, const QString& model) {
    const QJsonValue value = entry.value(key);
    if (value.isUndefined() || value.isNull())
        return std::optional<Money>();
    const std::string text = priceText(value).toStdString();
    // Per million tokens in the file, per token here: six decimals fewer.
    const DecimalResult number = parseDecimal(text, Money::decimals - 6, false);
    // Finer prices would not fit the store's unit and a sum would no longer be exact.
    if (number.problem != DecimalProblem::None || number.units < 0 || number.units % powerOfTen(12) != 0) {
        return fail(faulty(
            priceText(QT_TRANSLATE_NOOP(
                          "PriceBook",
                          "the price “%1” of the model “%2” is not an amount with at most six decimals"))
                .arg(key, model)));
    }
    return std::optional(Money::fromUnits(number.units));
}

using Keys = std::vector<std::pair<const char*, std::optional<Money>*>>;

Expected<void> readPrices(const QJsonObject& from, const std::string& model, const Keys& keys) {
    for (const auto& [key, price] : keys) {
        auto value = readPrice(from, QString::fromLatin1(key), QString::fromStdString(model));
        if (!value)
            return fail(value.error());
        *price = *value;
    }
    return {};
}

Expected<void> readLongContext(const QJsonObject& entry, ModelPrice& price, LongContextRule rule) {
    const QJsonObject from = entry.value("long_context"_L1).toObject();
    if (from.isEmpty())
        return {};
    LongContextPrice above;
    above.rule = rule;
    above.above = from.value("above"_L1).toInteger();
    if (above.above <= 0) {
        return fail(
            faulty(priceText(QT_TRANSLATE_NOOP("PriceBook",
                                               "the long context of the model “%1” needs “above” tokens"))
                       .arg(QString::fromStdString(price.model))));
    }
    const Keys keys{{"input", &above.input},
                    {"output", &above.output},
                    {"cached_input", &above.cachedInput},
                    {"cache_write_5m", &above.cacheWrite5m},
                    {"cache_write_1h", &above.cacheWrite1h}};
    if (auto read = readPrices(from, price.model, keys); !read)
        return read;
    price.longContext = above;
    return {};
}

Expected<LongContextRule> readRule(const QJsonObject& root) {
    const QString rule = root.value("long_context_rule"_L1).toString(u"whole_call"_s);
    if (rule == "whole_call"_L1)
        return LongContextRule::WholeCall;
    if (rule == "excess_per_kind"_L1)
        return LongContextRule::ExcessPerKind;
    return fail(
        faulty(priceText(QT_TRANSLATE_NOOP("PriceBook", "“%1” is no rule for long contexts")).arg(rule)));
}

Expected<ModelPrice> readEntry(const QJsonObject& entry, LongContextRule rule) {
    ModelPrice price;
    price.model = entry.value("model"_L1).toString().toStdString();
    price.provider = entry.value("provider"_L1).toString().toStdString();
    price.source = entry.value("source"_L1).toString();
    if (price.model.empty() || price.provider.empty())
        return fail(
            faulty(priceText(QT_TRANSLATE_NOOP("PriceBook", "an entry has no model or no provider"))));
    std::optional<Money> input;
    std::optional<Money> output;
    const Keys keys{{"input", &input},
                    {"output", &output},
                    {"cached_input", &price.cachedInput},
                    {"cache_write_5m", &price.cacheWrite5m},
                    {"cache_write_1h", &price.cacheWrite1h},
                    {"batch_input", &price.batchInput},
                    {"batch_output", &price.batchOutput},
                    {"batch_cached_input", &price.batchCachedInput},
                    {"batch_cache_write_5m", &price.batchCacheWrite5m},
                    {"batch_cache_write_1h", &price.batchCacheWrite1h}};
    if (auto read = readPrices(entry, price.model, keys); !read)
        return fail(read.error());
    if (!input || !output) {
        return fail(faulty(
            priceText(QT_TRANSLATE_NOOP("PriceBook", "the model “%1” needs an input and an output price"))
                .arg(QString::fromStdString(price.model))));
    }
    price.input = *input;
    price.output = *output;
    if (auto read = readLongContext(entry, price, rule); !read)
        return fail(read.error());
    for (const QJsonValue& name : entry.value("alternatives"_L1).toArray())
        price.alternatives.push_back(name.toString().toStdString());
    return price;
}

Expected<QJsonObject> readDocument(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly) || file.size() > maxFileSize) {
        return fail(
            ErrorKind::Configuration,
            priceText(QT_TRANSLATE_NOOP("PriceBook", "The price file cannot be read.")),
            priceText(QT_TRANSLATE_NOOP("PriceBook", "Restore the price file that came with the program.")),
            file.errorString());
    }
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(file.readAll(), &problem);
    if (problem.error != QJsonParseError::NoError)
        return fail(faulty(priceText(QT_TRANSLATE_NOOP("PriceBook", "it is not valid JSON (%1)"))
                               .arg(problem.errorString())));
    const QJsonObject root = document.object();
    if (root.value("schema"_L1).toString() != "apex/prices/1"_L1)
        return fail(faulty(priceText(QT_TRANSLATE_NOOP("PriceBook", "its schema is not “apex/prices/1”"))));
    if (root.value("currency"_L1).toString() != "USD"_L1)
        return fail(faulty(priceText(QT_TRANSLATE_NOOP("PriceBook", "its currency is not USD"))));
    return root;
}

bool allDigits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

} // namespace

namespace {

struct Rates {
    Money input, cacheRead, cacheWrite5m, cacheWrite1h, output;
};

Money sumOf(const Rates& rates, const TokenCounts& tokens) {
    return rates.input * tokens.input + rates.cacheRead * tokens.cacheRead +
           rates.cacheWrite5m * tokens.cacheWrite5m + rates.cacheWrite1h * tokens.cacheWrite1h +
           rates.output * tokens.output;
}

/// The part of each kind of token that lies above the limit.
TokenCounts excessOf(TokenCounts tokens, std::int64_t limit) {
    for (std::int64_t* kind :
         {&tokens.input, &tokens.cacheRead, &tokens.cacheWrite5m, &tokens.cacheWrite1h, &tokens.output})
        *kind = std::max<std::int64_t>(0, *kind - limit);
    return tokens;
}

} // namespace

std::optional<Money> ModelPrice::batchCostOf(const TokenCounts& tokens) const {
    const std::pair<const std::optional<Money>*, std::int64_t> kinds[] = {
        {&batchInput, tokens.input},
        {&batchCachedInput, tokens.cacheRead},
        {&batchCacheWrite5m, tokens.cacheWrite5m},
        {&batchCacheWrite1h, tokens.cacheWrite1h},
        {&batchOutput, tokens.output}};
    Money sum;
    for (const auto& [price, count] : kinds) {
        if (count > 0 && !*price)
            return std::nullopt;
        sum += price->value_or(Money()) * count;
    }
    return sum;
}

std::optional<Money> ModelPrice::costOf(const TokenCounts& tokens) const {
    Rates usual{input, cachedInput.value_or(input), cacheWrite5m.value_or(input), {}, output};
    usual.cacheWrite1h = cacheWrite1h.value_or(usual.cacheWrite5m);
    if (tokens.batch)
        return batchCostOf(tokens);
    if (!longContext || !tokens.oneCall)
        return sumOf(usual, tokens);
    const Rates dear{
        longContext->input.value_or(usual.input), longContext->cachedInput.value_or(usual.cacheRead),
        longContext->cacheWrite5m.value_or(usual.cacheWrite5m),
        longContext->cacheWrite1h.value_or(usual.cacheWrite1h), longContext->output.value_or(usual.output)};
    if (longContext->rule == LongContextRule::WholeCall)
        return sumOf(tokens.prompt() > longContext->above ? dear : usual, tokens);
    const TokenCounts excess = excessOf(tokens, longContext->above);
    return sumOf(usual, tokens) - sumOf(usual, excess) + sumOf(dear, excess);
}

Money ModelPrice::costOf(std::int64_t promptTokens, std::int64_t completionTokens,
                         std::int64_t cachedTokens) const {
    // Some exporters leave the cached tokens out of the prompt tokens; then both are paid for.
    const std::int64_t plain = cachedTokens <= promptTokens ? promptTokens - cachedTokens : promptTokens;
    return input * plain + cachedInput.value_or(input) * cachedTokens + output * completionTokens;
}

Expected<PriceBook> PriceBook::load(const QString& path) {
    const auto root = readDocument(path);
    if (!root)
        return fail(root.error());
    PriceBook book;
    book.m_fingerprint = QCryptographicHash::hash(QJsonDocument(*root).toJson(QJsonDocument::Compact),
                                                  QCryptographicHash::Sha256)
                             .toHex();
    book.m_asOf = QDate::fromString(root->value("as_of"_L1).toString(), Qt::ISODate);
    if (!book.m_asOf.isValid())
        return fail(faulty(priceText(QT_TRANSLATE_NOOP("PriceBook", "it has no valid “as_of” date"))));
    const auto rule = readRule(*root);
    if (!rule)
        return fail(rule.error());
    for (const QJsonValue& value : root->value("models"_L1).toArray()) {
        auto entry = readEntry(value.toObject(), *rule);
        if (!entry)
            return fail(entry.error());
        const std::string name = entry->model;
        if (!book.m_models.emplace(name, std::move(*entry)).second) {
            return fail(faulty(priceText(QT_TRANSLATE_NOOP("PriceBook", "the model “%1” is listed twice"))
                                   .arg(QString::fromStdString(name))));
        }
    }
    const QJsonObject aliases = root->value("aliases"_L1).toObject();
    for (auto it = aliases.begin(); it != aliases.end(); ++it)
        book.m_aliases.emplace(it.key().toStdString(), it.value().toString().toStdString());
    return book;
}

const ModelPrice* PriceBook::find(std::string_view model) const {
    for (const std::string_view name : {model, withoutDatedSuffix(model)}) {
        if (const auto exact = m_models.find(name); exact != m_models.end())
            return &exact->second;
        const auto alias = m_aliases.find(name);
        if (alias == m_aliases.end())
            continue;
        if (const auto target = m_models.find(alias->second); target != m_models.end())
            return &target->second;
    }
    return nullptr;
}

std::vector<const ModelPrice*> PriceBook::alternativesTo(const ModelPrice& price) const {
    std::vector<const ModelPrice*> found;
    const auto cheaper = [&price](const ModelPrice& other) {
        return other.input <= price.input && other.output <= price.output &&
               (other.input < price.input || other.output < price.output);
    };
    for (const std::string& name : price.alternatives) {
        const auto entry = m_models.find(name);
        if (entry != m_models.end() && cheaper(entry->second))
            found.push_back(&entry->second);
    }
    if (!price.alternatives.empty())
        return found;
    for (const auto& [name, other] : m_models) {
        if (other.provider == price.provider && cheaper(other))
            found.push_back(&other);
    }
    // The nearest in price first: the mildest change is proposed before the boldest.
    std::stable_sort(found.begin(), found.end(),
                     [](const ModelPrice* a, const ModelPrice* b) { return a->output > b->output; });
    return found;
}

std::string_view withoutDatedSuffix(std::string_view model) {
    constexpr std::string_view latest = "-latest";
    if (model.ends_with(latest))
        return model.substr(0, model.size() - latest.size());
    const std::size_t cut = model.find_last_of("-@");
    if (cut == std::string_view::npos || cut == 0)
        return model;
    const std::string_view tail = model.substr(cut + 1);
    if (tail.size() == 8 && allDigits(tail) && tail.starts_with("20"))
        return model.substr(0, cut);
    if (tail.size() == 3 && allDigits(tail) && tail.starts_with('0'))
        return model.substr(0, cut);
    constexpr std::size_t isoDate = 10;
    if (model.size() > isoDate + 1 && model[model.size() - isoDate - 1] == '-') {
        const std::string_view date = model.substr(model.size() - isoDate);
        if (date.starts_with("20") && date[4] == '-' && date[7] == '-' && allDigits(date.substr(0, 4)) &&
            allDigits(date.substr(5, 2)) && allDigits(date.substr(8, 2)))
            return model.substr(0, model.size() - isoDate - 1);
    }
    return model;
}

std::vector<const ModelPrice*> PriceBook::all() const {
    std::vector<const ModelPrice*> models;
    for (const auto& entry : m_models)
        models.push_back(&entry.second);
    return models;
}

} // namespace apex::backend
