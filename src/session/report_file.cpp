// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/report_file.h"

#include "base/whole_file.h"
#include "protocol/report_export.h"

#include <QCoreApplication>
#include <QFileInfo>

namespace apex::session {

namespace {

struct ReportWords {
    Q_DECLARE_TR_FUNCTIONS(apex::session::ReportFile)
};

} // namespace

Expected<void> saveReport(const QString& path, const QString& answer, const protocol::JsonText& report) {
    const QString name = QFileInfo(path).fileName();
    const auto format = protocol::reportFormatOf(name);
    if (!format)
        return fail(ErrorKind::InvalidInput, ReportWords::tr("A report cannot be saved as %1.").arg(name),
                    ReportWords::tr("Let the name end in .md (the answer), .json (the structured report) or "
                                    ".csv (the cost table)."));
    const auto content = protocol::exportReport(*format, answer, report);
    if (!content)
        return fail(content.error());
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly) && file.write(*content) == content->size() && commitWhole(file))
        return {};
    Error error =
        makeError(ErrorKind::Storage, ReportWords::tr("The report %1 could not be written.").arg(name),
                  ReportWords::tr("Choose another folder, or free some disk space."), file.errorString());
    error.kept = ReportWords::tr("A file that was there before is as it was.");
    return fail(error);
}

} // namespace apex::session
