// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "environment/own_server.h"
#include "environment/profile.h"
#include "ui/theme/theme_provider.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QHBoxLayout;
class QVBoxLayout;

namespace apex::ui {

class ErrorBox;
class OwnServerForm;

/// The very first start: which environment? There is no default (design.md 1).
class EnvironmentPage final : public QWidget {
    Q_OBJECT
public:
    /// `themes` outlives this.
    EnvironmentPage(const environment::ProfileCatalog& catalog, const ThemeProvider& themes,
                    QWidget* parent = nullptr);

    /// What can be chosen now.
    void setCatalog(const environment::ProfileCatalog& catalog);
    /// Shows the form, filled in with a server that is there.
    void editServer(const EnvironmentId& id, const environment::OwnServer& server);
    /// Why the server entered last could not be written; an error with empty `happened`: it was.
    void serverJudged(const Error& error);
    /// Says why the chosen environment could not be used; an error with empty `happened` takes it back.
    void showError(const Error& error);
    /// The named environment is being started: nothing can be chosen. Empty: choose.
    void setWaiting(const QString& environmentName);
    /// Whether there is something to go back to.
    void setBackOffered(bool offered);
    void focusFirst();
    /// Leaves the form, if it is open: whoever comes here chooses first.
    void showCards();

Q_SIGNALS:
    void backRequested();
    void serverEntered(const apex::environment::OwnServer& server);
    /// The person wants to change a server of their own; editServer() answers.
    void editRequested(const apex::EnvironmentId& environment);
    void serverChanged(const apex::EnvironmentId& environment, const apex::environment::OwnServer& server);
    void environmentChosen(const apex::EnvironmentId& environment);
    /// The person wants a server of their own off the list.
    void removalRequested(const apex::EnvironmentId& environment);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void buildHead(QVBoxLayout* column);
    void buildOwnServer(QVBoxLayout* column);
    void addCards(QVBoxLayout* column, const environment::ProfileCatalog& catalog);
    void addEditing(QHBoxLayout* row, const environment::Profile& profile);
    void addRemoval(QHBoxLayout* row, const environment::Profile& profile);
    void addBrokenFiles(QVBoxLayout* column, const environment::ProfileCatalog& catalog);
    void setFormShown(bool shown);
    void leaveForm();
    void refreshOffer(const environment::ProfileCatalog& catalog);

    const ThemeProvider& m_themes;
    Error m_nothing; ///< why nothing can be chosen, whatever is chosen
    bool m_mayAdd = true;
    EnvironmentId m_edited; ///< whose form is on show; empty: of a new server
    QWidget* m_content = nullptr;
    QLabel* m_title = nullptr;
    QLabel* m_intro = nullptr;
    QLabel* m_onlyThese = nullptr;
    ErrorBox* m_error = nullptr;
    QPushButton* m_addOwn = nullptr;
    OwnServerForm* m_form = nullptr;
    QWidget* m_cards = nullptr;
    QLabel* m_waiting = nullptr;
    QPushButton* m_back = nullptr;
};

} // namespace apex::ui
