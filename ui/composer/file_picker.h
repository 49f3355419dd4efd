// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

#include <functional>

class QWidget;

namespace apex::ui {

/// Asks the person for files or a folder to attach.
class FilePicker {
public:
    virtual ~FilePicker() = default;
    /// Asks over `parent`; `chosen` is called later with the paths, or never if the person cancels.
    virtual void pick(QWidget* parent, std::function<void(const QStringList&)> chosen) = 0;
    /// The same for one folder.
    virtual void pickFolder(QWidget* parent, std::function<void(const QStringList&)> chosen) = 0;
};

/// The system's file dialog; opens without blocking.
class DialogFilePicker final : public FilePicker {
public:
    void pick(QWidget* parent, std::function<void(const QStringList&)> chosen) override;
    void pickFolder(QWidget* parent, std::function<void(const QStringList&)> chosen) override;
};

} // namespace apex::ui
