// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/rest_client.h"
#include "diagnosis/doctor.h"
#include "environment/tls_failure.h"

#include <QCoreApplication>
#include <QHostInfo>
#include <QUrlQuery>

#include <array>

namespace apex::diagnosis {

/// One run of the doctor: what the steps found so far, and the steps themselves. Dies with the run, and with
/// it everything still under way.
struct Doctor::Examination final : public QObject {
    explicit Examination(Doctor& owner);

    struct Step {
        const char* name;
        const char* title; ///< source text for translation
        void (Examination::*run)();
        bool needsProfile;
    };
    /// All steps in their order.
    [[nodiscard]] static const std::array<Step, 18>& steps();

    // examination_computer.cpp
    void checkTls();
    void checkFolders();
    void checkDatabase();
    void checkKeychain();
    void readKeychainBack(const QString& key, const QByteArray& written);
    void checkProfile();
    void profileUnusable(const Error& error);

    // examination_way.cpp
    void checkNames();
    void nameLookedUp(const QHostInfo& info);
    void checkProxy();
    void reachNext();
    void judgeProxy();
    void checkReach();
    void checkCertificate();
    void checkBackend();
    void backendAnswered(const QNetworkReply& reply, WallTime sent, MonoTime began);
    void checkClock();

    // examination_sign_in.cpp
    void checkDiscovery();
    void askMetadata(qsizetype index);
    void metadataAnswered(QNetworkReply& reply, qsizetype index);
    void checkClient();
    void clientAnswered(QNetworkReply& reply, const QUrl& redirect);
    void checkSignIn();
    void judgeSignIn();
    void checkToken();
    void judgeToken(const Secret& token);
    void checkRenewal();
    void judgeRenewal(const std::optional<WallTime>& planned);

    // examination_socket.cpp
    void checkSocket();
    void openSocket(const Secret& credential);
    /// Servers repeat tickets in what they answer; a ticket is a secret.
    [[nodiscard]] QString withoutTicket(QString words) const;
    void judgeUpgrade();
    void checkGreeting();
    void judgeFirstFrame();

    void ok(const QString& found, const QStringList& facts = {});
    void warn(Fault fault, const QString& found, const QStringList& facts = {});
    void failed(Fault fault, const QString& found, const QStringList& facts = {});
    void failed(Fault fault, const Error& error, QStringList facts = {});
    void skipped(const QString& why);
    /// Skips the present step and gives true if an earlier one makes it pointless.
    [[nodiscard]] bool isBlocked();
    /// Asks by HTTP GET; the reply deletes itself once it is finished.
    [[nodiscard]] QNetworkReply* get(const QUrl& url) const;
    [[nodiscard]] const environment::Profile& profile() const { return *d.m_parts.profile; }
    [[nodiscard]] bool isOAuth() const { return profile().signIn == environment::SignInKind::OAuth; }

    Doctor& d;
    QString blockedBy; ///< title of the check whose failure makes the way pointless
    bool keychainFailed = false;

    struct Way {
        QUrl address;  ///< one of a host and port
        QString place; ///< HOST:PORT
        connection::RouteReport report;
    };
    std::vector<Way> ways;
    size_t wayIndex = 0;
    std::vector<std::unique_ptr<connection::RouteProbe>> probes;
    QStringList unknownNames;
    QStringList nameFacts;
    int namesAwaited = 0;

    std::optional<std::chrono::milliseconds> serverAhead; ///< the server's clock minus ours
    std::optional<QUrl> authorizationEndpoint;
    QStringList missingPlaces;
    std::optional<SignInFacts> signIn;
    Secret token;
    Secret ticket; ///< fetched for this run; empty in environments without tickets
    std::unique_ptr<connection::RestClient> rest;
    std::optional<connection::RouteReport> socket;
};

/// The words of the steps, under one translation context.
struct DoctorWords {
    Q_DECLARE_TR_FUNCTIONS(Doctor)
};

} // namespace apex::diagnosis
