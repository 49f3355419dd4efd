// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/account_session.h"

#include <QAbstractListModel>
#include <QLocale>

namespace apex::models {

/// "now", "5 min ago", "yesterday", "Monday", "3 Nov": coarse on purpose, so that it need not be kept up to
/// date by the second.
[[nodiscard]] QString relativeTime(WallTime at, WallTime now, const QLocale& locale = {});

/// The threads of an account as the list shows them, newest first as the session orders them.
class ThreadListModel final : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role {
        IdRole = Qt::UserRole + 1, ///< the thread's id as text
        TitleRole,
        TimeRole,  ///< relative time
        StateRole, ///< "running", "failed", "outcome unknown"; empty if there is nothing to say
        RunningRole,
        ProblemRole,  ///< last run failed or has no outcome
        FailedRole,   ///< last run failed
        SentenceRole, ///< also Qt::AccessibleTextRole
    };

    /// `clock` outlives this.
    explicit ThreadListModel(const Clock& clock, QObject* parent = nullptr);

    /// Shows `threads`. While ids and order stay, only changed rows are told; otherwise the model resets.
    void setThreads(const std::vector<session::ThreadEntry>& threads);
    /// Leaves a thread out of the list until showAll(), while an archive can still be undone.
    void hide(const ThreadId& thread);
    void showAll();
    /// Row of a thread, -1 if it is not listed.
    [[nodiscard]] int rowOf(const ThreadId& thread) const;
    [[nodiscard]] ThreadId threadAt(int row) const;
    [[nodiscard]] QString titleAt(int row) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    /// A new title (Qt::EditRole) is only asked for; the row changes when the session says so.
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;

Q_SIGNALS:
    void renameRequested(const apex::ThreadId& thread, const QString& title);

private:
    void update();
    [[nodiscard]] QString sentence(const session::ThreadEntry& entry) const;

    const Clock& m_clock;
    std::vector<session::ThreadEntry> m_all;
    std::vector<session::ThreadEntry> m_shown;
    ThreadId m_hidden;
};

} // namespace apex::models
