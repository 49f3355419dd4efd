// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "environment/profile.h"

#include <QObject>

#include <functional>
#include <memory>

namespace apex::environment {

/// The embedded backend of a home: joins the one already running or starts `apex serve` as a child.
///
/// The child gets --exit-with-stdin, so it ends with us even if we crash. Main thread only.
class LocalBackend final : public QObject {
    Q_OBJECT
public:
    /// `program` is the path of the `apex` executable, `dataFolder` its --data.
    LocalBackend(QString program, QString dataFolder, QObject* parent = nullptr);
    ~LocalBackend() override;

    using Resolved = std::function<void(Expected<Profile>)>;
    /// Fills the URLs of an Embedded profile, starting the backend if none runs; calls back once, later.
    void resolve(const Profile& profile, QObject* context, Resolved done);
    using Checked = std::function<void(Expected<void>)>;
    /// Whether the backend resolved last answers now; within 3 s, in words with the place of its log. Calls
    /// back once, later.
    void check(QObject* context, Checked done);
    /// True if this process started the backend (and will end it).
    [[nodiscard]] bool isOurs() const;

Q_SIGNALS:
    /// The backend we started ended by itself; `error` says how.
    void died(const apex::Error& error);

private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// Where a backend with this data folder writes what it has to say.
[[nodiscard]] QString backendLog(const QString& dataFolder);

} // namespace apex::environment
