// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/attachment_folder.h"

#include <QCoreApplication>
#include <QDir>
#include <QDirIterator>
#include <QFileInfo>
#include <QStringList>

#include <algorithm>

namespace apex::session {

using namespace Qt::StringLiterals;

namespace {

/// Searching longer would keep the person waiting for what is hardly a folder of logs.
constexpr int mostEntries = 200'000;

struct FolderWords {
    Q_DECLARE_TR_FUNCTIONS(FolderWords)
};

bool canBeUsage(const QString& name) {
    static const QStringList endings{u".jsonl"_s, u".ndjson"_s, u".json"_s, u".csv"_s, u".tsv"_s};
    return std::any_of(endings.begin(), endings.end(),
                       [&](const QString& ending) { return name.endsWith(ending, Qt::CaseInsensitive); });
}

tl::unexpected<Error> refuseFolder(ErrorKind kind, const QString& happened, const QString& action,
                                   const QString& details) {
    Error error = makeError(kind, happened, action, details);
    error.kept = FolderWords::tr("Nothing was sent.");
    return fail(error);
}

} // namespace

QString attachmentName(const QString& path) {
    const QString name = QFileInfo(QDir::cleanPath(QFileInfo(path).absoluteFilePath())).fileName();
    return name.isEmpty() ? path : name;
}

Expected<std::vector<OutgoingFile>> usageFilesIn(const QString& folder) {
    // The folder itself may be a link; those below it are left alone, so loops end nowhere.
    const QString top = QFileInfo(folder).canonicalFilePath();
    const QString name = attachmentName(folder);
    if (top.isEmpty() || !QFileInfo(top).isDir() || !QFileInfo(top).isReadable())
        return refuseFolder(top.isEmpty() ? ErrorKind::NotFound : ErrorKind::Denied,
                            FolderWords::tr("The folder %1 cannot be read.").arg(name),
                            FolderWords::tr("Check that it is there and that you may read it."), folder);
    const QDir base(top);
    std::vector<OutgoingFile> files;
    int entries = 0;
    QDirIterator walk(top, QDir::Files | QDir::Dirs | QDir::NoDotAndDotDot | QDir::NoSymLinks,
                      QDirIterator::Subdirectories);
    while (walk.hasNext()) {
        const QString path = walk.next();
        const QFileInfo info = walk.fileInfo();
        const bool usable = info.isFile() && canBeUsage(path) && info.isReadable() && info.size() > 0;
        if (usable)
            files.push_back({path, name + u'/' + base.relativeFilePath(path), info.size()});
        if (++entries > mostEntries || static_cast<qsizetype>(files.size()) > mostFilesOfMessage)
            return refuseFolder(ErrorKind::TooLarge,
                                FolderWords::tr("The folder %1 holds more files than one message takes (%2).")
                                    .arg(name, QString::number(mostFilesOfMessage)),
                                FolderWords::tr("Choose a folder further down."), folder);
    }
    if (files.empty())
        return refuseFolder(
            ErrorKind::NotFound, FolderWords::tr("There is no usage data in the folder %1.").arg(name),
            FolderWords::tr("Choose a folder with *.jsonl, *.json, *.csv or *.tsv files."), folder);
    std::sort(files.begin(), files.end(),
              [](const OutgoingFile& a, const OutgoingFile& b) { return a.name < b.name; });
    return files;
}

} // namespace apex::session
