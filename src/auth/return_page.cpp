// SPDX-License-Identifier: GPL-3.0-or-later
#include "auth/return_page.h"

#include <QCoreApplication>
#include <QCryptographicHash>

namespace apex::auth {

namespace {

struct ReturnPageWords {
    Q_DECLARE_TR_FUNCTIONS(apex::auth::ReturnPage)
};

const QByteArray style = QByteArrayLiteral(":root{color-scheme:light dark}body{font:16px/1.5 "
                                           "system-ui,sans-serif;max-width:32rem;margin:20vh auto 0;"
                                           "padding:0 1.5rem}h1{font-size:1.4rem}");

// Code and state have done their work; they leave the address bar, the history and what the next page could
// see.
const QByteArray script = QByteArrayLiteral("history.replaceState(null,'',location.pathname)");

QByteArray hashSource(const QByteArray& text) {
    return "'sha256-" + QCryptographicHash::hash(text, QCryptographicHash::Sha256).toBase64() + '\'';
}

QByteArray escaped(const QString& text) {
    return text.toHtmlEscaped().toUtf8();
}

} // namespace

ReturnPage returnPage(bool granted) {
    // The server still has to accept the code, so the page does not say that the person is signed in.
    const QString title = granted ? ReturnPageWords::tr("Return to Apex Desktop")
                                  : ReturnPageWords::tr("The sign-in was not completed");
    const QString text =
        granted
            ? ReturnPageWords::tr("The browser's part is done. Apex Desktop finishes the sign-in; you can "
                                  "close this page.")
            : ReturnPageWords::tr("Apex Desktop says why and offers to try again. You can close this page.");
    ReturnPage page;
    page.html = "<!doctype html><html><head><meta charset=\"utf-8\"><title>" + escaped(title) +
                "</title><style>" + style + "</style><script>" + script + "</script></head><body><h1>" +
                escaped(title) + "</h1><p>" + escaped(text) + "</p></body></html>\n";
    page.contentSecurityPolicy = "default-src 'none'; style-src " + hashSource(style) + "; script-src " +
                                 hashSource(script) +
                                 "; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
    return page;
}

} // namespace apex::auth
