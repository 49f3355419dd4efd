// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/llm/number_reader.h"

#include <QJsonObject>
#include <QSet>

#include <map>

namespace apex::backend {

/// Every figure, date and name that the tools of one run gave.
///
/// Figures come from JSON numbers and from texts that are a number and nothing else; texts under keys that
/// hold names ("project", "file") give names only, so that no file can put figures into a person's answer by
/// what it calls things.
class FigureSet {
public:
    /// Adds a tool's result. `constants` are numbers the asker wrote into its own query: they are no result.
    void addResult(const QJsonObject& result, const std::vector<double>& constants = {});
    /// Adds the names in a text, for example the user's question; no figure.
    void addNames(const QString& text);

    /// True if the figure is one of the tools', to the digits it shows, with the same unit and, if it has
    /// one, the same sign.
    [[nodiscard]] bool has(const ShownFigure& figure) const;
    [[nodiscard]] bool has(const ShownDate& date) const;
    [[nodiscard]] bool hasTime(const QString& time) const { return m_times.contains(time); }
    [[nodiscard]] bool hasName(const QString& name) const { return m_names.contains(name); }

private:
    void add(const QString& key, const QJsonValue& value, FigureUnit inherited,
             const std::vector<double>& constants);
    void addText(const QString& key, const QString& text, FigureUnit unit,
                 const std::vector<double>& constants);
    void addFigure(double value, FigureUnit unit, const std::vector<double>& constants);
    std::map<FigureUnit, std::vector<double>> m_figures;
    QSet<QDate> m_dates;
    QSet<QString> m_times;
    QSet<QString> m_names;
};

/// The unit that a result's key says; `inherited` if it says none.
[[nodiscard]] FigureUnit unitOfKey(const QString& key, FigureUnit inherited);

} // namespace apex::backend
