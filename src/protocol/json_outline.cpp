// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocol/json_outline.h"

#include "protocol/json_dom.h"

namespace apex::protocol {

namespace {

JsonNode::Kind kindOf(const json::Element& value) {
    using simdjson::dom::element_type;
    switch (value.type()) {
    case element_type::OBJECT:
        return JsonNode::Kind::Object;
    case element_type::ARRAY:
        return JsonNode::Kind::Array;
    case element_type::STRING:
        return JsonNode::Kind::String;
    case element_type::BOOL:
        return JsonNode::Kind::Bool;
    case element_type::NULL_VALUE:
        return JsonNode::Kind::Null;
    default:
        return JsonNode::Kind::Number;
    }
}

class Outliner {
public:
    explicit Outliner(int maxNodes) : m_most(static_cast<size_t>(std::max(1, maxNodes))) {}

    void add(const json::Element& value, const QString& key, int parent) {
        if (m_nodes.size() >= m_most) {
            m_cut = true;
            return;
        }
        const int index = static_cast<int>(m_nodes.size());
        JsonNode node;
        node.kind = kindOf(value);
        node.key = key;
        node.parent = parent;
        if (node.kind == JsonNode::Kind::Null)
            node.value = QStringLiteral("null");
        else if (node.kind != JsonNode::Kind::Object && node.kind != JsonNode::Kind::Array)
            node.value = json::asText(value);
        if (parent >= 0) {
            auto& siblings = m_nodes[static_cast<size_t>(parent)].children;
            node.row = static_cast<int>(siblings.size());
            siblings.push_back(index);
        }
        m_nodes.push_back(std::move(node));
        addChildren(value, index);
    }
    [[nodiscard]] bool isCut() const { return m_cut; }
    [[nodiscard]] std::vector<JsonNode> take() { return std::move(m_nodes); }

private:
    void addChildren(const json::Element& value, int index) {
        if (value.is_object()) {
            for (const auto& [name, member] : json::members(value))
                add(member, QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())), index);
        } else if (value.is_array()) {
            int position = 0;
            for (const json::Element& item : json::items(value)) {
                if (m_cut)
                    return;
                add(item, QString::number(position++), index);
            }
        }
    }

    size_t m_most;
    std::vector<JsonNode> m_nodes;
    bool m_cut = false;
};

} // namespace

std::vector<JsonNode> outline(const JsonText& json, int maxNodes, bool* cut) {
    if (cut)
        *cut = false;
    json::Parser parser(512);
    const auto root = parser.parse(json);
    if (!root)
        return {};
    Outliner outliner(maxNodes);
    outliner.add(*root, {}, -1);
    if (cut)
        *cut = outliner.isCut();
    return outliner.take();
}

} // namespace apex::protocol
