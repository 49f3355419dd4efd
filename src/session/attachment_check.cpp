// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/attachment_check.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>

namespace apex::session {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 LookedAtBytes = 8 * 1024;

struct AttachmentWords {
    Q_DECLARE_TR_FUNCTIONS(AttachmentWords)
};

QString megabytes(qint64 bytes) {
    return QString::number(static_cast<double>(bytes) / 1e6, 'f', 1);
}

Expected<void> refuse(ErrorKind kind, const QString& happened, const QString& action,
                      const QString& details) {
    Error error = makeError(kind, happened, action, details);
    error.kept = AttachmentWords::tr("Nothing was sent.");
    return fail(error);
}

/// Spreadsheets save "Unicode text" so; the importer reads it.
bool isUtf16(const QByteArray& head) {
    return head.startsWith("\xff\xfe") || head.startsWith("\xfe\xff");
}

} // namespace

std::optional<ForeignFormat> foreignFormat(const QByteArray& head) {
    const QString unpack = AttachmentWords::tr("Unpack it and attach the files in it.");
    const QString exported = AttachmentWords::tr("Export it as CSV or JSON in UTF-8.");
    const std::vector<std::pair<QByteArray, ForeignFormat>> known{
        {"PK\x03\x04",
         {AttachmentWords::tr("a ZIP archive or a spreadsheet"),
          AttachmentWords::tr("Unpack it, or save the spreadsheet as CSV.")}},
        {"\x1f\x8b", {AttachmentWords::tr("a gzip archive"), unpack}},
        {"BZh", {AttachmentWords::tr("a bzip2 archive"), unpack}},
        {"\xfd"
         "7zXZ",
         {AttachmentWords::tr("an xz archive"), unpack}},
        {"7z\xbc\xaf", {AttachmentWords::tr("a 7-Zip archive"), unpack}},
        {"\x28\xb5\x2f\xfd", {AttachmentWords::tr("a zstd archive"), unpack}},
        {"\xd0\xcf\x11\xe0", {AttachmentWords::tr("an old Office document"), exported}},
        {"%PDF", {AttachmentWords::tr("a PDF document"), exported}},
        {"PAR1", {AttachmentWords::tr("a Parquet file"), exported}},
        {"SQLite format 3", {AttachmentWords::tr("a SQLite database"), exported}}};
    for (const auto& [magic, format] : known) {
        if (head.startsWith(magic))
            return format;
    }
    return std::nullopt;
}

Expected<void> checkAttachment(const QString& path, qint64 maxBytes) {
    const QFileInfo info(path);
    const QString name = info.fileName();
    if (!info.exists())
        return refuse(ErrorKind::NotFound, AttachmentWords::tr("The file %1 is not there.").arg(name),
                      AttachmentWords::tr("Choose it again."), path);
    if (!info.isFile())
        return refuse(ErrorKind::InvalidInput, AttachmentWords::tr("%1 is not a file.").arg(name),
                      AttachmentWords::tr("Choose single files."), path);
    if (info.size() == 0)
        return refuse(ErrorKind::InvalidInput, AttachmentWords::tr("The file %1 is empty.").arg(name),
                      AttachmentWords::tr("Choose a file with data in it."), path);
    if (info.size() > maxBytes)
        return refuse(ErrorKind::TooLarge,
                      AttachmentWords::tr("The file %1 is larger than the server takes (%2 MB, limit %3 MB).")
                          .arg(name, megabytes(info.size()), megabytes(maxBytes)),
                      AttachmentWords::tr("Send a shorter period or split the file."), path);
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return refuse(ErrorKind::Denied, AttachmentWords::tr("The file %1 could not be opened.").arg(name),
                      AttachmentWords::tr("Check that you may read it."),
                      path + u": "_s + file.errorString());
    const QByteArray head = file.read(LookedAtBytes);
    if (const auto foreign = foreignFormat(head))
        return refuse(ErrorKind::InvalidInput,
                      AttachmentWords::tr("The file %1 is %2, not text.").arg(name, foreign->what),
                      foreign->action, path);
    if (head.contains('\0') && !isUtf16(head))
        return refuse(ErrorKind::InvalidInput,
                      AttachmentWords::tr("The file %1 does not look like text.").arg(name),
                      AttachmentWords::tr("Export it as CSV or JSON in UTF-8."), path);
    return {};
}

Expected<std::vector<protocol::JsonText>> inlineRecords(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorKind::Storage,
                    AttachmentWords::tr("The file %1 could not be opened.").arg(QFileInfo(path).fileName()),
                    AttachmentWords::tr("Check that you may read it."), path + u": "_s + file.errorString());
    if (path.endsWith(u".json"_s, Qt::CaseInsensitive))
        return std::vector<protocol::JsonText>{file.readAll()};
    std::vector<protocol::JsonText> records;
    while (!file.atEnd()) {
        const QByteArray line = file.readLine().trimmed();
        if (!line.isEmpty())
            records.push_back(line);
    }
    return records;
}

} // namespace apex::session
