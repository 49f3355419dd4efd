// SPDX-License-Identifier: GPL-3.0-or-later
#include "history/private_folder.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>

namespace apex::history {

Expected<void> makePrivateFolder(const QString& path) {
    constexpr auto OwnerOnly = QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner;
    if (QDir().mkpath(path) && QFile::setPermissions(path, OwnerOnly))
        return {};
    return fail(ErrorKind::Storage,
                QCoreApplication::translate("apex::history",
                                            "The folder for saved conversations could not be created."),
                QCoreApplication::translate("apex::history",
                                            "Check that you may write there and that the disk is not full."),
                path);
}

} // namespace apex::history
