// SPDX-License-Identifier: GPL-3.0-or-later
#include "credentials/secret_store.h"

#include <QUrl>

namespace apex::credentials {

QString entryKey(const QString& homeHash, const QString& environment, const QString& account,
                 const QString& what) {
    QString key;
    for (const QString& part : {homeHash, environment, account, what}) {
        if (!key.isEmpty())
            key += u'/';
        // Encoded, so that an account id with a slash cannot name another account's entry.
        key += QString::fromLatin1(QUrl::toPercentEncoding(part, "@"));
    }
    return key;
}

} // namespace apex::credentials
