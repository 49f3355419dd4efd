// SPDX-License-Identifier: GPL-3.0-or-later
#include "credentials/secret_service_probe.h"

#include <QCoreApplication>

namespace apex::credentials {

void probeStore(QObject* context, std::function<void(StoreCondition)> done) {
    // Windows' credential manager has no lock; macOS reports a locked keychain as an error of its own.
    QMetaObject::invokeMethod(
        context, [done = std::move(done)] { done({}); }, Qt::QueuedConnection);
}

QString platformStoreName() {
#ifdef Q_OS_MACOS
    return QCoreApplication::translate("apex::credentials", "macOS keychain");
#else
    return QCoreApplication::translate("apex::credentials", "Windows Credential Manager");
#endif
}

} // namespace apex::credentials
