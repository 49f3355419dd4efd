// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHash>
#include <QString>
#include <QUrl>

namespace apex::test {

/// What came back from one page load.
struct PageLoad {
    int status = 0; ///< 0: no answer at all
    QByteArray body;
    QUrl finalUrl; ///< after redirects; may hold a one-time code: never print it
    QHash<QByteArray, QByteArray> headers;
};

/// What a person does with the consent page.
struct Decision {
    bool allow = true;
    QString newName = QStringLiteral("Ana Test"); ///< used if no account of this name is offered
    QString password;
};

/// Plays the person in the browser: loads the address, fills the form the page shows, presses the button and
/// follows the redirect to the end, like a browser without scripts. Spins an event loop; tests only.
[[nodiscard]] PageLoad visitAndDecide(const QUrl& authorizationUrl, const Decision& decision = {});
/// Loads one address, following redirects.
[[nodiscard]] PageLoad load(const QUrl& url);

} // namespace apex::test
