// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/usage/money.h"
#include "base/error.h"

#include <QByteArray>
#include <QDate>
#include <QString>
#include <QStringList>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace apex::backend {

/// The tokens of one call (or of a bucket of calls) by what they cost.
struct TokenCounts {
    std::int64_t input = 0; ///< prompt tokens that no cache took part in
    std::int64_t cacheRead = 0;
    std::int64_t cacheWrite5m = 0;
    std::int64_t cacheWrite1h = 0;
    std::int64_t output = 0;
    bool batch = false;  ///< billed at the batch price
    bool oneCall = true; ///< false: the sum of several calls, which says nothing about the length of one

    [[nodiscard]] std::int64_t prompt() const { return input + cacheRead + cacheWrite5m + cacheWrite1h; }
};

/// How the price for long prompts is applied.
enum class LongContextRule {
    WholeCall,     ///< as providers bill: a prompt above the limit makes the whole call dearer
    ExcessPerKind, ///< only the tokens above the limit, each kind of token for itself
};

/// Prices of calls whose prompt is longer than a limit. What is not given costs as usual.
struct LongContextPrice {
    std::int64_t above = 0; ///< prompt tokens
    LongContextRule rule = LongContextRule::WholeCall;
    std::optional<Money> input;
    std::optional<Money> output;
    std::optional<Money> cachedInput;
    std::optional<Money> cacheWrite5m;
    std::optional<Money> cacheWrite1h;
};

/// List price of one model, in dollars per single token; whole multiples of 10^-12 dollars.
struct ModelPrice {
    std::string model;
    std::string provider;
    Money input;
    Money output;
    std::optional<Money> cachedInput;
    std::optional<Money> cacheWrite5m; ///< none: writing to a cache costs as much as input
    std::optional<Money> cacheWrite1h; ///< none: as cacheWrite5m
    std::optional<Money> batchInput;
    std::optional<Money> batchOutput;
    std::optional<Money> batchCachedInput;
    std::optional<Money> batchCacheWrite5m;
    std::optional<Money> batchCacheWrite1h;
    std::optional<LongContextPrice> longContext;
    std::vector<std::string> alternatives; ///< models the file's editor allows as a replacement, best first
    QString source;

    /// Price of these tokens; nothing if there are batch tokens of a kind
    /// without a batch price.
    [[nodiscard]] std::optional<Money> costOf(const TokenCounts& tokens) const;
    /// Price of these tokens; cached tokens cost the input price where no cached price is known.
    [[nodiscard]] Money costOf(std::int64_t promptTokens, std::int64_t completionTokens,
                               std::int64_t cachedTokens) const;

private:
    [[nodiscard]] std::optional<Money> batchCostOf(const TokenCounts& tokens) const;
};

/// A dated, user-editable price file (resources/prices/prices.json). Read-only after loading; any thread.
class PriceBook {
public:
    /// Reads a price file; every fault of it is an error that names the entry.
    [[nodiscard]] static Expected<PriceBook> load(const QString& path);

    /// Exact name, then alias, then the name without a dated suffix; nothing fuzzy. Null if unknown.
    [[nodiscard]] const ModelPrice* find(std::string_view model) const;
    /// Cheaper replacements of a model that may be proposed: its listed alternatives, or with none listed the
    /// models of the same provider; only models dearer in neither input nor output.
    [[nodiscard]] std::vector<const ModelPrice*> alternativesTo(const ModelPrice& price) const;
    /// Every model, by name.
    [[nodiscard]] std::vector<const ModelPrice*> all() const;
    [[nodiscard]] QDate asOf() const { return m_asOf; }
    /// Changes with every change of the file.
    [[nodiscard]] const QByteArray& fingerprint() const { return m_fingerprint; }
    [[nodiscard]] std::size_t size() const { return m_models.size(); }

private:
    QByteArray m_fingerprint;
    QDate m_asOf;
    std::map<std::string, ModelPrice, std::less<>> m_models;
    std::map<std::string, std::string, std::less<>> m_aliases;
};

/// The name without a trailing date ("-2024-08-06", "-20241022", "@20241022") or version 001..099 ("-002") or
/// "-latest".
[[nodiscard]] std::string_view withoutDatedSuffix(std::string_view model);

} // namespace apex::backend
