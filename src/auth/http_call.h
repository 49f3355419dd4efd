// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "base/secret.h"

#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QObject>
#include <QSslConfiguration>
#include <QTimer>
#include <QUrl>

#include <functional>
#include <optional>

namespace apex::auth {

/// An HTTP request to a sign-in server.
struct HttpRequest {
    QUrl url;
    QByteArray contentType; ///< empty: GET, else POST
    Secret body;
    Secret bearer; ///< empty: no Authorization header
};

/// Any answer with a status line, also an error status.
struct HttpAnswer {
    int status = 0;
    QByteArray contentType; ///< without parameters, lower case
    Secret body;
    std::optional<WallTime> serverTime; ///< Date header
};

/// The HTTP-date of RFC 9110 5.6.7 in its preferred form; nullopt for anything else.
[[nodiscard]] std::optional<WallTime> parseHttpDate(const QByteArray& text);

/// One exchange: no redirects, no cookies, no cache, at most 1 MiB, at most 30 s. Deletes itself; dies
/// silently with its parent. Main thread.
class HttpCall final : public QObject {
    Q_OBJECT
public:
    using Done = std::function<void(Expected<HttpAnswer>)>;
    /// Sends at once; calls back once, later.
    static void send(QNetworkAccessManager& network, const QSslConfiguration& tls, HttpRequest request,
                     QObject* parent, Done done);
    ~HttpCall() override;

private:
    HttpCall(QObject* parent, Done done);
    void start(QNetworkAccessManager& network, const QSslConfiguration& tls, const HttpRequest& request);
    void finish();
    [[nodiscard]] Error transportError() const;

    Done m_done;
    QNetworkReply* m_reply = nullptr;
    QTimer m_deadline;
    bool m_tooLarge = false;
    bool m_timedOut = false;
};

} // namespace apex::auth
