// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

#include <optional>

namespace apex::environment {

/// Where an object names one key twice, at any depth: the way to that key ("environments.acme.colour"), empty
/// if none does; nullopt if the text is not one JSON object.
[[nodiscard]] std::optional<QString> repeatedKey(const QByteArray& json);

} // namespace apex::environment
