// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/recorder.h"

#include "base/random.h"
#include "history/private_folder.h"
#include "history/running_digest.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QLockFile>

namespace apex::history {

using namespace Qt::StringLiterals;

struct Recorder::Private {
    RecorderOptions options;
    const Clock& clock;
    QFile file;
    std::unique_ptr<QLockFile> lock;
    RunningDigest hash{};
    qint64 seq = 0;
    qint64 frames = 0;
    qint64 written = 0;

    [[nodiscard]] QString newPath() const;
};

QString Recorder::Private::newPath() const {
    const auto since =
        std::chrono::duration_cast<std::chrono::milliseconds>(clock.wallNow().time_since_epoch());
    const QString time =
        QDateTime::fromMSecsSinceEpoch(since.count(), Qt::UTC).toString(u"yyyyMMdd'T'HHmmss.zzz'Z'"_s);
    const QString unique = QString::fromLatin1(randomBytes(3).toHex());
    return QDir(options.folder).filePath(time + u'-' + unique + u'.' + recordingSuffix());
}

Recorder::Recorder(RecorderOptions options, const Clock& clock, QObject* parent)
    : QObject(parent), m_private(new Private{std::move(options), clock, {}, {}}) {}

Recorder::~Recorder() {
    finish();
}

bool Recorder::isRecording() const {
    return m_private->file.isOpen();
}
QString Recorder::filePath() const {
    return isRecording() ? m_private->file.fileName() : QString();
}

Expected<void> Recorder::start() {
    finish();
    if (auto folder = makePrivateFolder(m_private->options.folder); !folder)
        return folder;
    // Room for the file about to grow is made now, so the limit holds while it is written.
    const qint64 cap = std::max<qint64>(0, m_private->options.capBytes - m_private->options.fileBytes);
    if (const RoomMade room = makeRoom(m_private->options.folder, cap); !room.removed.isEmpty())
        Q_EMIT madeRoom(room);
    const QString path = m_private->newPath();
    m_private->lock = std::make_unique<QLockFile>(recordingLock(path));
    m_private->lock->setStaleLockTime(0);
    m_private->file.setFileName(path);
    const bool opened =
        m_private->lock->tryLock(0) &&
        m_private->file.open(QIODevice::WriteOnly | QIODevice::NewOnly | QIODevice::Unbuffered) &&
        m_private->file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    if (!opened) {
        const QString cause = m_private->file.errorString();
        m_private->file.close();
        m_private->lock.reset();
        return fail(ErrorKind::Storage, tr("The flight recorder could not be started."),
                    tr("Check that the disk is not full."), path + u": "_s + cause);
    }
    m_private->hash.reset();
    m_private->seq = m_private->frames = m_private->written = 0;
    RecordingFacts facts{m_private->options.protocol, m_private->options.environment,
                         m_private->clock.wallNow(), m_private->options.client, false};
    append(recordingHeaderLine(facts));
    return {};
}

void Recorder::frame(const QByteArray& bytes, const protocol::Receipt& receipt, bool outgoing) {
    if (!isRecording())
        return;
    rotateIfLong();
    ++m_private->frames;
    append(recordingFrameLine(m_private->seq++, outgoing, bytes, receipt.wall, receipt.mono));
}

void Recorder::link(const QString& event, const QByteArray& facts, const protocol::Receipt& receipt) {
    if (!isRecording())
        return;
    append(recordingLinkLine(m_private->seq++, event, facts, receipt.wall, receipt.mono));
}

void Recorder::append(const QByteArray& line) {
    if (!isRecording())
        return;
    if (m_private->file.write(line) != line.size()) {
        stopFor(m_private->file.errorString());
        return;
    }
    m_private->hash.add(line);
    m_private->written += line.size();
}

void Recorder::rotateIfLong() {
    if (m_private->written < m_private->options.fileBytes)
        return;
    if (auto started = start(); !started)
        Q_EMIT failed(started.error());
}

void Recorder::stopFor(const QString& cause) {
    const QString path = m_private->file.fileName();
    m_private->file.close();
    m_private->lock.reset();
    Error error =
        makeError(ErrorKind::Storage, tr("The flight recorder stopped because it could not write."),
                  tr("Free some space on the disk and restart the program."), path + u": "_s + cause);
    error.kept = tr("The chat goes on, and what was recorded until now is kept.");
    Q_EMIT failed(error);
}

void Recorder::finish() {
    if (!isRecording())
        return;
    append(recordingEndLine(m_private->frames, m_private->hash.result()));
    if (!isRecording())
        return;
    m_private->file.close();
    m_private->lock.reset();
}

} // namespace apex::history
