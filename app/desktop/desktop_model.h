// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "environment/paths.h"
#include "llm/home_model.h"
#include "ui/settings/language_model_dialog.h"

#include <QFileSystemWatcher>
#include <QObject>
#include <QPointer>

#include <functional>
#include <memory>
#include <stop_token>

namespace apex::desktop {

/// The language model of the embedded backend as the window names it and lets people change it. The settings
/// are a file that the command line may change too: it is watched. Keychain and endpoint are asked in a
/// thread of their own. Main thread.
class DesktopModel final : public QObject {
    Q_OBJECT
public:
    /// `themes` outlives this.
    DesktopModel(environment::Paths paths, const ui::ThemeProvider& themes, QObject* parent = nullptr);
    ~DesktopModel() override;

    /// "qwen2.5 at 127.0.0.1:11434"; empty if no model is on.
    [[nodiscard]] QString name() const { return m_name; }
    /// What that means for the person's data, or why the settings cannot be read.
    [[nodiscard]] QString sentence() const { return m_sentence; }
    /// Opens the dialog, or brings it to the front.
    void openDialog(QWidget* parent);

Q_SIGNALS:
    /// name() or sentence() is new.
    void changed();

private:
    void reload();
    void showInDialog();
    void set(const ui::LanguageModelChoice& choice);
    void tryIt();
    /// Runs `work` beside the main thread, one after the other, and `done` back in it.
    template <class Result>
    void later(std::function<Result(llm::HomeModel&, std::stop_token)> work,
               std::function<void(const Result&)> done);

    environment::Paths m_paths;
    const ui::ThemeProvider& m_themes;
    QFileSystemWatcher m_watcher;
    QString m_name;
    QString m_sentence;
    std::optional<backend::ModelSettings> m_settings;
    QPointer<ui::LanguageModelDialog> m_dialog;
    std::unique_ptr<llm::HomeModel> m_home; ///< made when the dialog needs it
    std::stop_source m_stop;
    QPointer<QThread> m_worker;
};

} // namespace apex::desktop
