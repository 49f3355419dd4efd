// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "history/tool_times.h"
#include "protocol/event.h"
#include "protocol/file_preview.h"
#include "runs/run.h"

#include <QObject>
#include <QStringList>
#include <QTimer>

#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace apex::history {

class ArchiveDatabase;

/// A thread as saved on this computer.
struct ArchivedThread {
    ThreadId id;
    QString title;
    std::optional<WallTime> updatedAt;
    std::optional<runs::Outcome> lastOutcome; ///< nullopt: no run is known
};

/// An incoming frame of a thread; replayed through decoder and ledger it rebuilds the timeline.
struct ArchivedFrame {
    QByteArray bytes; ///< token values are gone already
    WallTime wall{};
    MonoTime mono{};    ///< comparable within one `session` only
    qint64 session = 0; ///< which life of the program received it
};

/// A run without its steps.
struct ArchivedRun {
    RunId id;
    ThreadId thread;
    runs::Outcome outcome = runs::Outcome::None;
    runs::Verdict verdict = runs::Verdict::Running;
    QString agent;
    std::optional<WallTime> started;
    std::optional<std::chrono::milliseconds> duration;
};

/// A message written but not sent when it was saved.
struct ArchivedOutgoing {
    RunId run; ///< the id it will be sent with
    ThreadId thread;
    QString text;
    QStringList files;
    WallTime queuedAt{};
    protocol::FileColumns columns{}; ///< what the person said the columns of these files are
};

/// Place of a full-text hit.
struct ArchivedHit {
    ThreadId thread;
    MessageId message;
    QString excerpt; ///< words found stand between U+2068 and U+2069
};

/// What is kept of one account's conversations on this computer, in one SQLite file. Frames are written in
/// batches, at most a second late. No call fails silently: trouble comes as failed(), reads give what could
/// be read. Main thread.
class Archive final : public QObject {
    Q_OBJECT
public:
    /// Opens `<folder>/history.sqlite`; `folder` is Paths::account of one environment and user.
    [[nodiscard]] static Expected<std::unique_ptr<Archive>> open(const QString& folder);
    /// Writes what is pending.
    ~Archive() override;

    void saveThread(const ThreadId& thread, const QString& title, std::optional<WallTime> updatedAt);
    /// Newest first.
    [[nodiscard]] std::vector<ArchivedThread> threads();
    void renameThread(const ThreadId& from, const ThreadId& to);
    void removeThread(const ThreadId& thread);

    /// Adds or updates by id, else by run and speaker.
    void saveMessages(const ThreadId& thread, const std::vector<protocol::StoredMessage>& messages);
    /// Oldest first.
    [[nodiscard]] std::vector<protocol::StoredMessage> messages(const ThreadId& thread);

    /// Queues a frame for the next batch.
    void addFrame(const ThreadId& thread, const QByteArray& bytes, const protocol::Receipt& receipt);
    /// In order of receipt, pending ones included.
    [[nodiscard]] std::vector<ArchivedFrame> frames(const ThreadId& thread);
    /// Number of this life of the program in `ArchivedFrame::session`.
    [[nodiscard]] qint64 session() const { return m_session; }
    /// Writes pending frames now.
    void flush();

    void saveRun(const ArchivedRun& run);
    [[nodiscard]] std::vector<ArchivedRun> runs(const ThreadId& thread);

    /// Keeps how long the tools of a run took, in the order they ended; replaces what was kept of that run.
    void saveToolTimes(const ThreadId& thread, const RunId& run, const std::vector<ToolTime>& times);
    /// What is known of a tool, remembered until a run is added; nullopt if it never finished here.
    [[nodiscard]] std::optional<ToolTimes> toolTimes(const QString& tool);

    /// An empty text removes the draft. An empty thread is the one not yet begun.
    void saveDraft(const ThreadId& thread, const QString& text);
    [[nodiscard]] QString draft(const ThreadId& thread);
    /// Remembers a prompt for recall; repeats move to the end.
    void addPrompt(const QString& text);
    /// Newest last, at most `limit`.
    [[nodiscard]] QStringList prompts(int limit);

    void saveOutgoing(const ArchivedOutgoing& outgoing);
    /// Call before the message leaves, so that it is never sent twice. False if that could not be written.
    [[nodiscard]] bool removeOutgoing(const RunId& run);
    [[nodiscard]] std::vector<ArchivedOutgoing> outgoing();

    /// Messages with all words of `text`, best first.
    [[nodiscard]] std::vector<ArchivedHit> search(const QString& text, int limit);

Q_SIGNALS:
    void failed(const apex::Error& error);

private:
    struct PendingFrame {
        ThreadId thread;
        ArchivedFrame frame;
    };

    explicit Archive(std::unique_ptr<ArchiveDatabase> database, qint64 session);
    bool check(const Expected<void>& done);
    [[nodiscard]] std::vector<QVariantList> read(const QString& sql, const QVariantList& values = {});
    [[nodiscard]] Expected<void> saveMessage(const ThreadId& thread, const protocol::StoredMessage& message);

    std::unique_ptr<ArchiveDatabase> m_database;
    std::vector<PendingFrame> m_pending;
    bool m_retrying = false; ///< the pending frames could not be written once
    [[nodiscard]] Expected<void> writePending();
    qint64 m_pendingBytes = 0;
    std::map<QString, std::optional<ToolTimes>> m_toolTimes;
    qint64 m_session;
    QTimer m_flush;
};

} // namespace apex::history
