// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "environment/own_server.h"
#include "ui/theme/theme_provider.h"

#include <QWidget>

#include <optional>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace apex::ui {

class ErrorBox;

/// What is to be known of a server of one's own: one that no profile describes yet, or one that is changed.
class OwnServerForm final : public QWidget {
    Q_OBJECT
public:
    /// `themes` outlives this.
    explicit OwnServerForm(const ThemeProvider& themes, QWidget* parent = nullptr);

    /// Filled in for a server that is there, in place of empty for a new one.
    void edit(const environment::OwnServer& server);
    /// Which keys the administrator's file fixes.
    void setLocked(const QStringList& keys, const QString& file);
    /// Says why the server could not be written; an error with empty `happened` takes it back.
    void showError(const Error& error);
    void clear();
    void focusFirst();

Q_SIGNALS:
    void submitted(const apex::environment::OwnServer& server);
    void cancelled();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    QLineEdit* addField(QVBoxLayout* column, const QString& words, const QString& name,
                        const QString& example);
    void buildCaFile(QVBoxLayout* column);
    void buildNotes(QVBoxLayout* column);
    void buildButtons(QVBoxLayout* column);
    void chooseCaFile();
    void submit();
    void refresh();
    void refreshWords();
    void fill(const environment::OwnServer& server);
    [[nodiscard]] environment::SignInKind signIn() const;
    [[nodiscard]] environment::OwnServer entered() const;

    std::optional<environment::OwnServer> m_before; ///< the one that is changed
    QLabel* m_heading = nullptr;
    QLabel* m_caNote = nullptr;
    QLabel* m_signInNote = nullptr;
    QLineEdit* m_name = nullptr;
    QLineEdit* m_address = nullptr;
    QComboBox* m_signIn = nullptr;
    QLineEdit* m_issuer = nullptr;
    QLabel* m_clientWords = nullptr;
    QLineEdit* m_client = nullptr;
    QLineEdit* m_caFile = nullptr;
    QPushButton* m_choose = nullptr;
    QPushButton* m_add = nullptr;
    ErrorBox* m_error = nullptr;
};

} // namespace apex::ui
