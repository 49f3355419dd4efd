// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/browser_person.h"

#include <QEventLoop>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QRegularExpression>
#include <QTimer>
#include <QUrlQuery>

namespace apex::test {

namespace {

constexpr int patienceMs = 15'000;

PageLoad finish(QNetworkReply* reply) {
    QEventLoop loop;
    QObject::connect(reply, &QNetworkReply::finished, &loop, &QEventLoop::quit);
    QTimer::singleShot(patienceMs, &loop, &QEventLoop::quit);
    if (!reply->isFinished())
        loop.exec();
    PageLoad page;
    page.status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    page.body = reply->readAll();
    page.finalUrl = reply->url();
    for (const auto& [name, value] : reply->rawHeaderPairs())
        page.headers.insert(name.toLower(), value);
    reply->deleteLater();
    return page;
}

QNetworkRequest requestFor(const QUrl& url) {
    QNetworkRequest request(url);
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::NoLessSafeRedirectPolicy);
    request.setTransferTimeout(patienceMs);
    return request;
}

QString unescaped(QString html) {
    return html.replace(QStringLiteral("&quot;"), QStringLiteral("\""))
        .replace(QStringLiteral("&#39;"), QStringLiteral("'"))
        .replace(QStringLiteral("&lt;"), QStringLiteral("<"))
        .replace(QStringLiteral("&gt;"), QStringLiteral(">"))
        .replace(QStringLiteral("&amp;"), QStringLiteral("&"));
}

QString attribute(const QString& tag, const QString& name) {
    const QRegularExpression pattern(QStringLiteral("\\b") + name + QStringLiteral("=\"([^\"]*)\""));
    return unescaped(pattern.match(tag).captured(1));
}

/// The hidden fields of the page, and the account that carries `name` in its label, else "new".
QUrlQuery filledForm(const QString& html, const Decision& decision) {
    QUrlQuery form;
    QString account = QStringLiteral("new");
    const QRegularExpression input(QStringLiteral("<input\\b[^>]*>"));
    for (auto it = input.globalMatch(html); it.hasNext();) {
        const QRegularExpressionMatch match = it.next();
        const QString tag = match.captured();
        const QString type = attribute(tag, QStringLiteral("type"));
        if (type == QStringLiteral("hidden"))
            form.addQueryItem(attribute(tag, QStringLiteral("name")),
                              attribute(tag, QStringLiteral("value")));
        if (type == QStringLiteral("radio")) {
            const QString label =
                html.mid(match.capturedEnd(), 200).section(QStringLiteral("</label>"), 0, 0);
            if (unescaped(label).contains(decision.newName))
                account = attribute(tag, QStringLiteral("value"));
        }
    }
    form.addQueryItem(QStringLiteral("account"), account);
    form.addQueryItem(QStringLiteral("new_name"), decision.newName);
    form.addQueryItem(QStringLiteral("password"), decision.password);
    form.addQueryItem(QStringLiteral("decision"),
                      decision.allow ? QStringLiteral("allow") : QStringLiteral("deny"));
    return form;
}

/// Posts like a form; a 303 becomes a GET of the new address, as in a browser.
PageLoad post(QNetworkAccessManager& network, const QUrl& page, const QUrlQuery& form) {
    QUrl target = page.resolved(QUrl(QStringLiteral("/oauth/authorize")));
    QNetworkRequest request = requestFor(target);
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setHeader(QNetworkRequest::ContentTypeHeader,
                      QByteArrayLiteral("application/x-www-form-urlencoded"));
    QString origin = page.scheme() + QStringLiteral("://") + page.authority();
    request.setRawHeader("Origin", origin.toUtf8());
    PageLoad answer = finish(
        network.post(request, form.query(QUrl::FullyEncoded).replace(u'+', QStringLiteral("%2B")).toUtf8()));
    const QByteArray location = answer.headers.value("location");
    if (answer.status < 300 || answer.status > 399 || location.isEmpty())
        return answer;
    return finish(network.get(requestFor(target.resolved(QUrl::fromEncoded(location)))));
}

} // namespace

PageLoad load(const QUrl& url) {
    QNetworkAccessManager network;
    return finish(network.get(requestFor(url)));
}

PageLoad visitAndDecide(const QUrl& authorizationUrl, const Decision& decision) {
    QNetworkAccessManager network;
    const PageLoad page = finish(network.get(requestFor(authorizationUrl)));
    if (page.status != 200)
        return page;
    return post(network, page.finalUrl, filledForm(QString::fromUtf8(page.body), decision));
}

} // namespace apex::test
