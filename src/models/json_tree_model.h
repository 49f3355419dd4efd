// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/json_outline.h"

#include <QAbstractItemModel>

namespace apex::models {

/// A JSON document as a tree of names and values, for support. Main thread.
class JsonTreeModel final : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column { NameColumn, ValueColumn, ColumnCount };
    /// More values than this are not shown as a tree.
    static constexpr int maxNodes = 200'000;

    using QAbstractItemModel::QAbstractItemModel;

    /// Shows another document; false, and an empty tree, if it is not JSON.
    bool setJson(const protocol::JsonText& json);
    /// True if the document holds more values than are shown.
    [[nodiscard]] bool isCut() const { return m_cut; }
    /// "cost.models[3].name" for an index; empty for the root.
    [[nodiscard]] QString pathOf(const QModelIndex& index) const;

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex& child) const override;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] const protocol::JsonNode* node(const QModelIndex& index) const;
    [[nodiscard]] QString valueText(const protocol::JsonNode& node) const;

    std::vector<protocol::JsonNode> m_nodes;
    bool m_cut = false;
};

} // namespace apex::models
