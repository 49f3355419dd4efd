// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "base/secret.h"
#include "connection/link_state.h"
#include "connection/link_timings.h"
#include "environment/profile.h"
#include "protocol/event.h"

#include <QObject>

#include <functional>
#include <memory>

namespace apex::connection {

/// One frame as it crossed the wire.
struct Frame {
    QByteArray bytes; ///< with token values replaced (protocol::withoutTokens)
    protocol::Receipt receipt;
    bool outgoing = false;
};

/// Supplies an access token for each attempt; calls back once, later.
using TokenSource = std::function<void(QObject* context, std::function<void(Expected<Secret>)> ready)>;

/// The authenticated socket (protocol.md 3): greeting gate, heartbeat, reconnect with capped jittered
/// backoff. Main thread.
class Link final : public QObject {
    Q_OBJECT
public:
    Link(environment::Profile profile, TokenSource tokens, const Clock& clock, QObject* parent = nullptr,
         LinkTimings timings = {});
    ~Link() override;

    /// Connects and stays connected until close().
    void open();
    /// Closes for good; open() starts again.
    void close();
    /// The same server at other addresses, from the next attempt on; follow with retryNow().
    void moveTo(const environment::Profile& profile);
    /// Skips the waiting time.
    void retryNow();
    /// Sends one text frame; fails unless Ready or if it is larger than the profile allows. Never queues.
    [[nodiscard]] Expected<void> send(const QByteArray& frame);
    [[nodiscard]] const LinkState& state() const;

Q_SIGNALS:
    void stateChanged(const apex::connection::LinkState& state);
    /// Every text frame, both directions, before anything looks at it.
    void frame(const apex::connection::Frame& frame);
    /// An event of the connection itself for the recorder: "opened", "closed", ... with its facts as JSON
    /// text.
    void linkEvent(const QString& name, const QByteArray& facts, const apex::protocol::Receipt& receipt);
    /// A decoded event of an incoming frame, greeting and heartbeat included.
    void event(const apex::protocol::Event& event, const apex::protocol::Receipt& receipt);
    /// A frame that could not be decoded at all.
    void undecodable(const QString& reason, const apex::protocol::Receipt& receipt);
    /// The server refuses this sign-in (401, 403, close 1008): the owner refreshes or asks the person.
    void credentialRefused(const apex::Error& error);

private:
    struct Private;
    std::unique_ptr<Private> m_private;
};

} // namespace apex::connection
