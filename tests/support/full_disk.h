// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#ifdef Q_OS_UNIX
#include <sys/resource.h>

#include <csignal>
#endif

namespace apex::test {

/// While it lives no file grows beyond a few bytes: writes fail as they do on a full disk.
class FullDisk {
public:
#ifdef Q_OS_UNIX
    FullDisk() {
        std::signal(SIGXFSZ, SIG_IGN); // the write fails in place of ending the program
        m_made = getrlimit(RLIMIT_FSIZE, &m_old) == 0;
        const rlimit few{.rlim_cur = 16, .rlim_max = m_old.rlim_max};
        m_made = m_made && setrlimit(RLIMIT_FSIZE, &few) == 0;
    }
    ~FullDisk() {
        setrlimit(RLIMIT_FSIZE, &m_old);
    }
#else
    FullDisk() = default;
#endif
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;

    /// False where the system cannot do this.
    [[nodiscard]] bool isFull() const {
        return m_made;
    }

private:
#ifdef Q_OS_UNIX
    rlimit m_old{};
#endif
    bool m_made = false;
};

} // namespace apex::test
