// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "base/secret.h"
#include "ui/theme/theme_provider.h"

#include <QDialog>

#include <optional>

class QLabel;
class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace apex::ui {

class ErrorBox;
class FlowScroll;

/// A language model as the dialog shows and takes it. The API key is never part of it.
struct LanguageModelChoice {
    QString address;     ///< of the OpenAI-compatible endpoint, "https://host/v1"
    QString model;       ///< its name there
    bool hasKey = false; ///< a key for this address is in the keychain
};

/// Shows, sets, tries and switches off the language model of the embedded backend. Decides nothing: it emits
/// what the person wants, waits, and shows what came of it. Main thread.
class LanguageModelDialog final : public QDialog {
    Q_OBJECT
public:
    /// `themes` outlives this.
    explicit LanguageModelDialog(const ThemeProvider& themes, QWidget* parent = nullptr);

    /// What is on now (nullopt: none), with a sentence that says what leaves the computer, or why that cannot
    /// be said. Ends the waiting.
    void showState(const std::optional<LanguageModelChoice>& choice, const QString& sentence);
    /// Why the last wish failed. Ends the waiting.
    void showError(const Error& error);
    /// What a trial found, a line each. Ends the waiting.
    void showTrial(const QStringList& lines);
    /// The API key that was typed; the field is empty afterwards.
    [[nodiscard]] Secret takeKey();

Q_SIGNALS:
    /// The person wants this model on; takeKey() has its key, empty if none was typed.
    void setRequested(const apex::ui::LanguageModelChoice& choice);
    void offRequested();
    void trialRequested();

protected:
    void showEvent(QShowEvent* event) override;

private:
    void buildForm();
    void buildButtons();
    [[nodiscard]] QLineEdit* addField(const QString& words, const QString& name, const QString& example);
    void refresh();
    void wait(const QString& words);
    void growToWords();

    std::optional<LanguageModelChoice> m_on;
    bool m_waiting = false;
    FlowScroll* m_scroll;
    QVBoxLayout* m_form;
    QLabel* m_state;
    QLineEdit* m_address;
    QLineEdit* m_model;
    QLineEdit* m_key;
    ErrorBox* m_error;
    QLabel* m_progress;
    QPushButton* m_set;
    QPushButton* m_try;
    QPushButton* m_off;
};

} // namespace apex::ui
