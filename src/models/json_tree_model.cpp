// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/json_tree_model.h"

namespace apex::models {

using namespace Qt::StringLiterals;
using protocol::JsonNode;

namespace {

/// No catalogue of English plurals is loaded, so "%n member(s)" would be shown as it stands.
QString countText(size_t count, const QString& one, const QString& several) {
    if (count == 0)
        return JsonTreeModel::tr("empty");
    return count == 1 ? one : several.arg(count);
}

} // namespace

bool JsonTreeModel::setJson(const protocol::JsonText& json) {
    beginResetModel();
    m_nodes = protocol::outline(json, maxNodes, &m_cut);
    endResetModel();
    return !m_nodes.empty();
}

const JsonNode* JsonTreeModel::node(const QModelIndex& index) const {
    if (m_nodes.empty())
        return nullptr;
    return index.isValid() ? &m_nodes[static_cast<size_t>(index.internalId())] : nullptr;
}

// The root's members are the first level; a document that is one bare value shows that value.
QModelIndex JsonTreeModel::index(int row, int column, const QModelIndex& parent) const {
    if (m_nodes.empty() || row < 0 || column < 0 || column >= ColumnCount || row >= rowCount(parent))
        return {};
    const JsonNode& above = parent.isValid() ? *node(parent) : m_nodes.front();
    const bool bare = !parent.isValid() && above.children.empty();
    return createIndex(row, column,
                       static_cast<quintptr>(bare ? 0 : above.children[static_cast<size_t>(row)]));
}

QModelIndex JsonTreeModel::parent(const QModelIndex& child) const {
    const JsonNode* of = node(child);
    if (!of || of->parent <= 0)
        return {};
    return createIndex(m_nodes[static_cast<size_t>(of->parent)].row, 0, static_cast<quintptr>(of->parent));
}

int JsonTreeModel::rowCount(const QModelIndex& parent) const {
    if (m_nodes.empty() || parent.column() > 0)
        return 0;
    if (parent.isValid())
        return static_cast<int>(node(parent)->children.size());
    return std::max(1, static_cast<int>(m_nodes.front().children.size()));
}

int JsonTreeModel::columnCount(const QModelIndex&) const {
    return ColumnCount;
}

QString JsonTreeModel::valueText(const JsonNode& of) const {
    switch (of.kind) {
    case JsonNode::Kind::Object:
        return countText(of.children.size(), tr("1 member"), tr("%1 members"));
    case JsonNode::Kind::Array:
        return countText(of.children.size(), tr("1 item"), tr("%1 items"));
    default:
        return of.value;
    }
}

QVariant JsonTreeModel::data(const QModelIndex& index, int role) const {
    const JsonNode* of = node(index);
    if (!of)
        return {};
    if (role == Qt::DisplayRole) {
        // One line in the tree; what is longer stands whole in the tool tip and in the text.
        return index.column() == NameColumn ? of->key : valueText(*of).left(2'000).replace(u'\n', u' ');
    }
    if (role == Qt::ToolTipRole && index.column() == ValueColumn)
        return of->value.left(10'000);
    if (role == Qt::AccessibleTextRole)
        return QString(of->key + u": "_s + valueText(*of).left(2'000));
    return {};
}

QVariant JsonTreeModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == NameColumn ? tr("Name") : tr("Value");
}

QString JsonTreeModel::pathOf(const QModelIndex& index) const {
    QString path;
    for (const JsonNode* of = node(index); of && of->parent >= 0;
         of = &m_nodes[static_cast<size_t>(of->parent)]) {
        const bool inArray = m_nodes[static_cast<size_t>(of->parent)].kind == JsonNode::Kind::Array;
        const QString name = inArray ? QString(u'[' + of->key + u']') : of->key;
        if (!path.isEmpty() && !path.startsWith(u'['))
            path.prepend(u'.');
        path.prepend(name);
    }
    return path;
}

} // namespace apex::models
