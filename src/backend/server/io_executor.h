// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <functional>

namespace apex::backend {

/// The one thread in which all state lives.
class IoExecutor {
public:
    virtual ~IoExecutor() = default;
    /// Runs `work` in the io thread, after what was posted before. Any thread.
    virtual void post(std::function<void()> work) = 0;
    /// Runs `work` in the io thread once, after a while. io thread only.
    virtual void after(std::chrono::milliseconds delay, std::function<void()> work) = 0;
};

} // namespace apex::backend
