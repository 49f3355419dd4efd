// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "diagnosis/doctor.h"
#include "ui/theme/theme_provider.h"

#include <QDialog>

#include <functional>
#include <memory>

class QLabel;
class QPushButton;
class QSplitter;
class QTreeWidget;

namespace apex::ui {

class CheckDetails;

/// The connection check: a calm list of named checks that fills while they run, each with what was found,
/// what it means and what to do. Not modal; the check never disturbs the chat. Main thread.
class DoctorWindow final : public QDialog {
    Q_OBJECT
public:
    /// `themes` outlives this. The check starts when the window is first shown.
    DoctorWindow(std::unique_ptr<diagnosis::Doctor> doctor, const ThemeProvider& themes,
                 QWidget* parent = nullptr);
    ~DoctorWindow() override;

    /// Keeps name and password of the proxy, and gives the profile that uses them; calls back once.
    using StoreProxySignIn = std::function<void(const QString& user, Secret password,
                                                std::function<void(Expected<environment::Profile>)> done)>;
    /// Lets the person give name and password where a proxy asks for them.
    void setProxySignIn(StoreProxySignIn store);

    [[nodiscard]] const diagnosis::Doctor& doctor() const { return *m_doctor; }

protected:
    void showEvent(QShowEvent* event) override;

private:
    void build();
    void giveRoom();
    void start();
    void refreshRow(int index);
    void refreshIcons();
    void refreshSummary();
    void showCurrent();
    void onFinished();
    void copyReport();
    void askProxySignIn();
    [[nodiscard]] QIcon iconFor(const diagnosis::Check& check) const;

    std::unique_ptr<diagnosis::Doctor> m_doctor;
    const ThemeProvider& m_themes;
    QLabel* m_summary = nullptr;
    QSplitter* m_halves = nullptr;
    QTreeWidget* m_list = nullptr;
    CheckDetails* m_details = nullptr;
    QPushButton* m_again = nullptr;
    QPushButton* m_copy = nullptr;
    QPushButton* m_proxy = nullptr;
    StoreProxySignIn m_storeProxySignIn;
    bool m_started = false;
    bool m_chosen = false; ///< the person went to a row: it is not taken away when the checks end
};

} // namespace apex::ui
