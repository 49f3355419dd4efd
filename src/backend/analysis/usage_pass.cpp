// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/analysis/usage_pass.h"

#include "backend/analysis/pass_sums.h"
#include "backend/analysis/repeat_pass.h"
#include "backend/analysis/retry_pass.h"
#include "backend/analysis/row_relay.h"
#include "backend/analysis/usage_statements.h"

#include <algorithm>
#include <array>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

constexpr std::int64_t microsecondsPerHour = 3'600'000'000;
constexpr std::size_t mostPassGroups = 100'000;
constexpr std::size_t mostModels = 24; // each has percentiles of its own
constexpr std::size_t mostLatencies = 2'000'000;
constexpr std::size_t mostNames = 2000; // as in the statements
constexpr std::size_t mostParts = 200;
constexpr std::size_t mostTableRows = 5000;
constexpr std::size_t rowsBetweenLooks = 65'536;

struct Column {
    QString name;
    std::int64_t CallRow::*id;
};

const std::array<Column, 5>& columns() {
    static const std::array<Column, 5> all{Column{u"service"_s, &CallRow::service},
                                           {u"app"_s, &CallRow::app},
                                           {u"user"_s, &CallRow::user},
                                           {u"project"_s, &CallRow::project},
                                           {u"session"_s, &CallRow::session}};
    return all;
}

using Names = std::unordered_map<std::int64_t, QString>;

QVariant nameOf(const Names& names, std::int64_t id) {
    const auto found = names.find(id);
    return found == names.end() ? QVariant() : QVariant(found->second);
}

/// Sums by the number of a name; too many of them are given up.
template <class Sums>
class Groups {
public:
    explicit Groups(std::size_t most) : m_most(most) {}
    void add(std::int64_t id, const CallRow& row) {
        if (m_tooMany)
            return;
        m_sums[id].add(row);
        if (m_sums.size() > m_most)
            giveUp();
    }
    void giveUp() {
        m_tooMany = true;
        m_sums.clear();
    }
    [[nodiscard]] bool isWhole() const { return !m_tooMany; }
    [[nodiscard]] std::unordered_map<std::int64_t, Sums>& sums() { return m_sums; }

private:
    std::size_t m_most;
    bool m_tooMany = false;
    std::unordered_map<std::int64_t, Sums> m_sums;
};

/// A text may have several numbers.
template <class Sums>
std::vector<std::pair<QVariant, Sums>> byName(std::unordered_map<std::int64_t, Sums>& sums,
                                              const Names& names) {
    QHash<QString, std::size_t> places;
    std::vector<std::pair<QVariant, Sums>> all;
    for (auto& [id, sum] : sums) {
        const QVariant name = nameOf(names, id);
        const QString key = name.isValid() ? u'n' + name.toString() : QString();
        if (const auto known = places.constFind(key); known != places.constEnd()) {
            all[*known].second.merge(sum);
        } else {
            places.insert(key, all.size());
            all.emplace_back(name, std::move(sum));
        }
    }
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
        const CallTotals& left = a.second.totals;
        const CallTotals& right = b.second.totals;
        if (!(left.cost() == right.cost()))
            return left.cost() > right.cost();
        if (left.calls != right.calls)
            return left.calls > right.calls;
        return a.first.isValid() != b.first.isValid() ? !a.first.isValid()
                                                      : a.first.toString() < b.first.toString();
    });
    return all;
}

/// The values of a column, and what each of them cost.
template <class Sums>
void addValues(std::vector<PassAnswer>& all, const QString& column,
               const std::vector<std::pair<QVariant, Sums>>& groups) {
    QueryResult values{{u"name"_s}, {}, false};
    QueryResult costs{{u"value"_s, u"cost_usd"_s}, {}, false};
    for (const auto& [name, sums] : groups) {
        if (!name.isValid())
            continue;
        if (values.rows.size() < mostNames)
            values.rows.push_back({name});
        if (costs.rows.size() < mostParts)
            costs.rows.push_back({name, QString::fromStdString(sums.totals.cost().toString())});
    }
    all.push_back({statements::names(column), std::move(values)});
    all.push_back({statements::parts(column), std::move(costs)});
}

/// The same groups as a table for people asks for them; of very many the statement is left to run if asked.
template <class Sums>
void addTable(std::vector<PassAnswer>& all, const QString& column,
              const std::vector<std::pair<QVariant, Sums>>& groups) {
    if (groups.size() > mostTableRows)
        return;
    QueryResult table{QStringList{u"key"_s} + PlainSums::tableColumns(), {}, false};
    for (const auto& [name, sums] : groups)
        table.rows.push_back(QVariantList{name} + sums.tableValues());
    all.push_back({statements::breakdown(column), std::move(table)});
}

QueryResult sideOf(const PlainSums& sums) {
    return {{u"calls"_s, u"tokens"_s, u"cost_usd"_s, u"unknown_cost_calls"_s},
            {{static_cast<qlonglong>(sums.totals.calls), qlonglong(sums.allTokens),
              QString::fromStdString(sums.totals.cost().toString()),
              static_cast<qlonglong>(sums.totals.unknownCalls)}},
            false};
}

/// What a comparison needs of either side.
class PartsPass {
public:
    void add(const CallRow& row) {
        m_all.add(row);
        for (std::size_t i = 0; i < compared().size(); ++i)
            m_groups[i].add(row.*compared()[i].id, row);
    }
    [[nodiscard]] std::vector<PassAnswer> answers(const Names& names) {
        std::vector<PassAnswer> all;
        if (m_all.rows == 0)
            return all;
        all.push_back({statements::side(), sideOf(m_all)});
        for (std::size_t i = 0; i < compared().size(); ++i)
            if (m_groups[i].isWhole())
                addValues(all, compared()[i].name, byName(m_groups[i].sums(), names));
        return all;
    }

private:
    static const std::array<Column, 4>& compared() {
        static const std::array<Column, 4> all{Column{u"model"_s, &CallRow::model},
                                               {u"project"_s, &CallRow::project},
                                               {u"service"_s, &CallRow::service},
                                               {u"user"_s, &CallRow::user}};
        return all;
    }
    PlainSums m_all;
    std::array<Groups<PlainSums>, 4> m_groups{
        Groups<PlainSums>(mostPassGroups), Groups<PlainSums>(mostPassGroups),
        Groups<PlainSums>(mostPassGroups), Groups<PlainSums>(mostPassGroups)};
};

/// Everything that one pass collects.
class Pass {
public:
    void add(const CallRow& row) {
        ++m_rows;
        m_all.add(row);
        m_filled.add(row);
        m_retries.add(row);
        if (row.timeUs) {
            m_days[*row.timeUs / microsecondsPerDay].add(row);
            m_hours.at(static_cast<std::size_t>(*row.timeUs / microsecondsPerHour % 24)).add(row);
        }
        m_models.add(row.model, row);
        for (std::size_t i = 0; i < columns().size(); ++i)
            m_groups[i].add(row.*columns()[i].id, row);
        m_repeats.add(row);
        if (m_rows % rowsBetweenLooks == 0)
            boundLatencies();
    }

    [[nodiscard]] std::vector<PassAnswer> answers(const Names& names) {
        std::vector<PassAnswer> all;
        if (m_rows == 0)
            return all;
        all.push_back({statements::totals(), {WholeSums::columns(), {m_all.values()}, false}});
        all.push_back({statements::filled(), {FilledRows::columns(), {m_filled.values()}, false}});
        all.push_back({statements::side(), sideOf(m_all)});
        all.push_back({statements::daySeries(), series()});
        all.push_back({statements::days(), byTime(u"day_number"_s)});
        all.push_back({statements::hours(), byHour()});
        if (m_models.isWhole()) {
            auto models = byName(m_models.sums(), names);
            addValues(all, u"model"_s, models);
            addTable(all, u"model"_s, models);
            all.push_back({statements::models(), byModel(models, names)});
        }
        for (std::size_t i = 0; i < columns().size(); ++i)
            if (m_groups[i].isWhole()) {
                const auto groups = byName(m_groups[i].sums(), names);
                addValues(all, columns()[i].name, groups);
                addTable(all, columns()[i].name, groups);
                all.push_back({statements::group(columns()[i].name), byGroup(groups)});
            }
        if (m_retries.isWhole())
            all.push_back({statements::retries(),
                           m_retries.byModel([&](std::int64_t id) { return nameOf(names, id); })});
        if (m_repeats.isWhole()) {
            all.push_back({statements::repeats(), m_repeats.inAll()});
            all.push_back({statements::duplicates(),
                           m_repeats.byModel([&](std::int64_t id) { return nameOf(names, id); })});
        }
        return all;
    }

private:
    void boundLatencies() {
        std::size_t held = 0;
        for (const auto& model : m_models.sums())
            held += model.second.held();
        if (held > mostLatencies)
            m_models.giveUp();
    }
    [[nodiscard]] QueryResult byTime(const QString& name) const {
        QueryResult result{QStringList{name} + PlainSums::columns(), {}, false};
        std::vector<std::int64_t> days;
        for (const auto& day : m_days)
            days.push_back(day.first);
        std::sort(days.begin(), days.end());
        for (const std::int64_t day : days)
            result.rows.push_back(QVariantList{qlonglong(day)} + m_days.at(day).values());
        return result;
    }
    [[nodiscard]] QueryResult byHour() const {
        QueryResult result{QStringList{u"hour"_s} + PlainSums::columns(), {}, false};
        for (std::size_t hour = 0; hour < m_hours.size(); ++hour)
            if (m_hours[hour].rows > 0)
                result.rows.push_back(QVariantList{qlonglong(hour)} + m_hours[hour].values());
        return result;
    }
    [[nodiscard]] QueryResult series() const {
        const QueryResult whole = byTime(u"day_number"_s);
        QueryResult result{{u"day_number"_s, u"calls"_s, u"cost_usd"_s}, {}, false};
        for (const QVariantList& row : whole.rows) {
            const CallTotals& day = m_days.at(row.front().toLongLong()).totals;
            result.rows.push_back({row.front(), static_cast<qlonglong>(day.calls),
                                   QString::fromStdString(day.cost().toString())});
        }
        return result;
    }
    [[nodiscard]] static QueryResult byModel(std::vector<std::pair<QVariant, ModelSums>>& models,
                                             const Names& names) {
        QueryResult result{QStringList{u"model"_s, u"provider"_s} + ModelSums::columns(), {}, false};
        for (auto& [name, sums] : models) {
            QString least;
            for (const std::int64_t id : sums.providers)
                if (const QString text = nameOf(names, id).toString();
                    !text.isEmpty() && (least.isEmpty() || text < least))
                    least = text;
            result.rows.push_back(QVariantList{name, least.isEmpty() ? QVariant() : QVariant(least)} +
                                  sums.values());
        }
        return result;
    }
    [[nodiscard]] static QueryResult byGroup(const std::vector<std::pair<QVariant, PlainSums>>& groups) {
        QueryResult result{QStringList{u"name"_s} + PlainSums::columns(), {}, false};
        for (const auto& [name, sums] : groups)
            result.rows.push_back(QVariantList{name} + sums.values());
        return result;
    }

    std::size_t m_rows = 0;
    WholeSums m_all;
    std::unordered_map<std::int64_t, PlainSums> m_days;
    std::array<PlainSums, 24> m_hours;
    Groups<ModelSums> m_models{mostModels};
    std::array<Groups<PlainSums>, 5> m_groups{
        Groups<PlainSums>(mostPassGroups), Groups<PlainSums>(mostPassGroups),
        Groups<PlainSums>(mostPassGroups), Groups<PlainSums>(mostPassGroups),
        Groups<PlainSums>(mostPassGroups)};
    RepeatPass m_repeats;
    RetryPass m_retries;
    FilledRows m_filled;
};

/// Reads the rows of a scope on this thread while another one sums them up.
template <class Collected>
Expected<std::vector<PassAnswer>> collect(RowsQuery& query, const Scope& scope) {
    Collected collected;
    RowRelay relay([&collected](const CallRow& row) { collected.add(row); });
    const auto read = query.eachCall(scope, [&relay](const CallRow& row) { relay.add(row); });
    relay.finish();
    if (!read)
        return fail(read.error());
    const auto names = query.store().names();
    if (!names)
        return fail(names.error());
    return collected.answers(*names);
}

template <class Collected>
Expected<void> teach(RowsQuery& query, const Scope& scope) {
    const auto answers = collect<Collected>(query, scope);
    if (!answers)
        return fail(answers.error());
    for (const PassAnswer& answer : *answers)
        query.teach(answer.statement, scope, answer.result);
    return {};
}

} // namespace

Expected<std::vector<PassAnswer>> passOver(RowsQuery& query, const Scope& scope) {
    return collect<Pass>(query, scope);
}

Expected<void> answerInOnePass(RowsQuery& query, const Scope& scope) {
    return query.knows(statements::totals(), scope) ? Expected<void>() : teach<Pass>(query, scope);
}

Expected<void> answerPartsInOnePass(RowsQuery& query, const Scope& scope) {
    return query.knows(statements::side(), scope) ? Expected<void>() : teach<PartsPass>(query, scope);
}

Expected<void> answerInOnePass(RowsQuery& query) {
    return answerInOnePass(query, query.scope());
}

} // namespace apex::backend
