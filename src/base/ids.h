// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QString>

#include <compare>
#include <utility>

namespace apex {

/// Opaque identifier that cannot be mixed up with one of another kind; empty means "not known".
///
/// Platform ids have no form to rely on (protocol.md 4.10), so nothing here parses them.
template <class Tag>
class Id {
public:
    Id() = default;
    explicit Id(QString value) : m_value(std::move(value)) {}

    /// The identifier exactly as received or generated.
    [[nodiscard]] const QString& toString() const { return m_value; }
    /// True if no identifier is known.
    [[nodiscard]] bool isEmpty() const { return m_value.isEmpty(); }

    friend bool operator==(const Id& a, const Id& b) { return a.m_value == b.m_value; }
    friend bool operator<(const Id& a, const Id& b) { return a.m_value < b.m_value; }
    friend size_t qHash(const Id& id, size_t seed = 0) { return qHash(id.m_value, seed); }

private:
    QString m_value;
};

using EnvironmentId = Id<struct EnvironmentIdTag>;
using UserId = Id<struct UserIdTag>;
using ThreadId = Id<struct ThreadIdTag>;
using RunId = Id<struct RunIdTag>;
using MessageId = Id<struct MessageIdTag>;
using ToolCallId = Id<struct ToolCallIdTag>;
using ConnectionId = Id<struct ConnectionIdTag>;
using FileId = Id<struct FileIdTag>;

} // namespace apex

template <class Tag>
struct std::hash<apex::Id<Tag>> {
    size_t operator()(const apex::Id<Tag>& id) const noexcept { return qHash(id.toString()); }
};
