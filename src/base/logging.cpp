// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/logging.h"

#include "base/clock.h"
#include "base/redactor.h"

#include <QFile>
#include <QMutex>

#include <cstdio>
#include <memory>

namespace apex {

Q_LOGGING_CATEGORY(logAuth, "apex.auth", QtInfoMsg)
Q_LOGGING_CATEGORY(logBackend, "apex.backend", QtInfoMsg)
Q_LOGGING_CATEGORY(logConnection, "apex.connection", QtInfoMsg)
Q_LOGGING_CATEGORY(logCredentials, "apex.credentials", QtInfoMsg)
Q_LOGGING_CATEGORY(logHistory, "apex.history", QtInfoMsg)
Q_LOGGING_CATEGORY(logSession, "apex.session", QtInfoMsg)
Q_LOGGING_CATEGORY(logUi, "apex.ui", QtInfoMsg)

namespace {

constexpr qint64 maxLogBytes = 5 * 1024 * 1024;

const char* levelName(QtMsgType type) {
    switch (type) {
    case QtDebugMsg:
        return "debug";
    case QtInfoMsg:
        return "info";
    case QtWarningMsg:
        return "warning";
    case QtCriticalMsg:
        return "error";
    case QtFatalMsg:
        return "fatal";
    }
    return "info";
}

/// The process-wide log target. A message handler is a plain function in Qt, so its state has to be static.
class LogSink {
public:
    static LogSink& instance() {
        static LogSink sink;
        return sink;
    }

    void open(const QString& path) {
        const QMutexLocker lock(&m_mutex);
        m_path = path;
        openFile();
    }

    void write(QtMsgType type, const QString& line) {
        const QMutexLocker lock(&m_mutex);
        const QByteArray bytes = line.toUtf8() + '\n';
        // Info lines go to the file only: success is quiet, and stdout/stderr belong to the command's
        // contract.
        if (type != QtInfoMsg)
            std::fputs(bytes.constData(), stderr);
        if (!m_file)
            return;
        m_file->write(bytes);
        m_file->flush();
        if (m_file->size() > maxLogBytes)
            rotate();
    }

private:
    void openFile() {
        m_file = std::make_unique<QFile>(m_path);
        if (!m_file->open(QIODevice::WriteOnly | QIODevice::Append)) {
            std::fputs("apex: the log file cannot be written; logging to stderr only\n", stderr);
            m_file.reset();
            return;
        }
        m_file->setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner);
    }

    void rotate() {
        m_file->close();
        const QString older = m_path + QStringLiteral(".1");
        QFile::remove(older);
        QFile::rename(m_path, older);
        openFile();
    }

    QMutex m_mutex;
    QString m_path;
    std::unique_ptr<QFile> m_file;
};

void handleMessage(QtMsgType type, const QMessageLogContext& context, const QString& message) {
    const QString line = toRfc3339(SystemClock().wallNow()) + u' ' + QString::fromLatin1(levelName(type)) +
                         u' ' + QString::fromUtf8(context.category) + QStringLiteral(": ") + redact(message);
    LogSink::instance().write(type, line);
    if (type == QtFatalMsg)
        std::abort();
}

} // namespace

void installLogging(const QString& filePath) {
    if (!filePath.isEmpty())
        LogSink::instance().open(filePath);
    qInstallMessageHandler(handleMessage);
}

} // namespace apex
