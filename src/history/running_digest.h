// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <memory>

namespace apex::history {

/// SHA-256 of bytes as they come. libcrypto's uses the processor's instructions: Qt's took longer for a frame
/// than judging it.
class RunningDigest {
public:
    RunningDigest();
    ~RunningDigest();
    RunningDigest(const RunningDigest&) = delete;
    RunningDigest& operator=(const RunningDigest&) = delete;

    /// Begins anew.
    void reset();
    void add(QByteArrayView bytes);
    /// Of everything since the last reset(), 32 bytes; ends it.
    [[nodiscard]] QByteArray result();

private:
    struct Private;
    std::unique_ptr<Private> m_private;
};

} // namespace apex::history
