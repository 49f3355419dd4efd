// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cli/environment_host.h"
#include "diagnosis/doctor.h"

#include <QObject>

#include <memory>

namespace apex::cli {

inline const QString checkSchema = QStringLiteral("apex/check/1");

/// Runs the doctor, prints one line a check as it ends (or one JSON document), and leaves the event loop with
/// an ExitCode.
///
/// Without an environment only the installation is tested; with one also the way to it.
class CheckRun final : public QObject {
    Q_OBJECT
public:
    /// `details`: also the facts of what is well.
    CheckRun(EnvironmentId environment, bool json, bool details);
    ~CheckRun() override;

    /// Opens the environment, if one was asked for, and starts.
    void begin();

private:
    void examine(diagnosis::DoctorParts parts);
    void print(const diagnosis::Check& check) const;
    void end() const;

    EnvironmentId m_environment;
    bool m_json;
    bool m_details;
    EnvironmentHost m_host;
    std::unique_ptr<diagnosis::Doctor> m_doctor;
};

} // namespace apex::cli
