// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspection/recording.h"

#include "inspection/inspection_words.h"
#include "inspection/recording_formats.h"

#include <QFile>
#include <QFileInfo>

#include <cstdio>

namespace apex::inspection {

namespace {

tl::unexpected<Error> nothingFound(const Recording& recording) {
    return fail(ErrorKind::InvalidInput,
                tr(QT_TRANSLATE_NOOP("Inspection", "No recorded frames were found in this input.")),
                tr(QT_TRANSLATE_NOOP(
                    "Inspection",
                    "Choose a recording (*.apexrec), JSON lines, a JSON list of frames or a HAR file.")),
                recording.notes.join(u"; "));
}

} // namespace

QString formatName(RecordingFormat format) {
    switch (format) {
    case RecordingFormat::ApexRecording:
        return QStringLiteral("apexrec");
    case RecordingFormat::JsonLines:
        return QStringLiteral("jsonl");
    case RecordingFormat::JsonArray:
        return QStringLiteral("json-array");
    case RecordingFormat::Har:
        return QStringLiteral("har");
    case RecordingFormat::EventStream:
        return QStringLiteral("event-stream");
    }
    return {};
}

Expected<Recording> readRecording(const QByteArray& bytes, const ReadLimits& limits) {
    if (bytes.size() > limits.maxBytes)
        return fail(ErrorKind::TooLarge,
                    tr(QT_TRANSLATE_NOOP("Inspection", "The recording is larger than can be read.")),
                    tr(QT_TRANSLATE_NOOP("Inspection", "Split it and inspect the parts.")),
                    QStringLiteral("%1 bytes").arg(bytes.size()));
    QByteArrayView text(bytes);
    if (text.startsWith("\xef\xbb\xbf"))
        text = text.sliced(3);
    Recording recording;
    if (!readWholeDocument(text, limits, recording))
        readLines(text, limits, recording);
    // A recording of a session in which nothing was sent is still one; any other empty input is none.
    if (recording.entries.empty() && recording.format != RecordingFormat::ApexRecording)
        return nothingFound(recording);
    return recording;
}

Expected<Recording> readRecording(QIODevice& device, const ReadLimits& limits) {
    QByteArray bytes;
    constexpr qint64 piece = 1024 * 1024;
    while (bytes.size() <= limits.maxBytes) {
        const QByteArray more = device.read(piece);
        if (more.isEmpty() && (!device.isSequential() || !device.waitForReadyRead(-1)))
            break;
        bytes += more;
    }
    return readRecording(bytes, limits);
}

Expected<Recording> readRecordingFile(const QString& path, const ReadLimits& limits) {
    QFile file(path);
    const bool isStdin = path == u"-";
    if (!isStdin && QFileInfo(path).isDir())
        return fail(ErrorKind::InvalidInput,
                    tr(QT_TRANSLATE_NOOP("Inspection", "\"%1\" is a folder, not a recording.")).arg(path),
                    tr(QT_TRANSLATE_NOOP("Inspection", "Name the recordings in it.")));
    const bool opened = isStdin ? file.open(stdin, QIODevice::ReadOnly) : file.open(QIODevice::ReadOnly);
    if (!opened) {
        const ErrorKind kind = !isStdin && !file.exists() ? ErrorKind::NotFound : ErrorKind::Storage;
        return fail(kind,
                    tr(QT_TRANSLATE_NOOP("Inspection", "The file \"%1\" could not be opened.")).arg(path),
                    tr(QT_TRANSLATE_NOOP("Inspection", "Check the name and that you may read it.")),
                    file.errorString());
    }
    auto recording = readRecording(file, limits);
    if (recording || isStdin)
        return recording;
    const Error& cause = recording.error();
    return fail(wrapError(
        cause.kind,
        tr(QT_TRANSLATE_NOOP("Inspection", "The file \"%1\" could not be read as a recording.")).arg(path),
        cause, cause.action));
}

} // namespace apex::inspection
