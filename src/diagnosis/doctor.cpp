// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnosis/doctor.h"

#include "diagnosis/examination.h"

#include <QNetworkReply>
#include <QSysInfo>

#include <algorithm>

namespace apex::diagnosis {

using namespace Qt::StringLiterals;

namespace {

/// Facts and answers of servers go to people and to support: one line, no control characters.
QString tidy(QString text) {
    for (QChar& c : text) {
        if (c.category() == QChar::Other_Control)
            c = u' ';
    }
    return text.left(600);
}

} // namespace

QString stateName(CheckState state) {
    switch (state) {
    case CheckState::Waiting:
        return u"waiting"_s;
    case CheckState::Running:
        return u"running"_s;
    case CheckState::Ok:
        return u"ok"_s;
    case CheckState::Warning:
        return u"warning"_s;
    case CheckState::Failed:
        return u"failed"_s;
    case CheckState::Skipped:
        return u"skipped"_s;
    }
    return {};
}

const std::array<Doctor::Examination::Step, 18>& Doctor::Examination::steps() {
    static const std::array<Step, 18> all{{
        {"tls", QT_TRANSLATE_NOOP("Doctor", "Secure-channel library"), &Examination::checkTls, false},
        {"folders", QT_TRANSLATE_NOOP("Doctor", "Folders"), &Examination::checkFolders, false},
        {"database", QT_TRANSLATE_NOOP("Doctor", "Database"), &Examination::checkDatabase, false},
        {"keychain", QT_TRANSLATE_NOOP("Doctor", "Keychain"), &Examination::checkKeychain, false},
        {"profile", QT_TRANSLATE_NOOP("Doctor", "Environment"), &Examination::checkProfile, true},
        {"names", QT_TRANSLATE_NOOP("Doctor", "Server names"), &Examination::checkNames, true},
        {"proxy", QT_TRANSLATE_NOOP("Doctor", "Proxy"), &Examination::checkProxy, true},
        {"reach", QT_TRANSLATE_NOOP("Doctor", "Way to the servers"), &Examination::checkReach, true},
        {"certificate", QT_TRANSLATE_NOOP("Doctor", "Certificates"), &Examination::checkCertificate, true},
        {"backend", QT_TRANSLATE_NOOP("Doctor", "Service"), &Examination::checkBackend, true},
        {"clock", QT_TRANSLATE_NOOP("Doctor", "Clock"), &Examination::checkClock, true},
        {"discovery", QT_TRANSLATE_NOOP("Doctor", "Sign-in server"), &Examination::checkDiscovery, true},
        {"client", QT_TRANSLATE_NOOP("Doctor", "Registration of this program"), &Examination::checkClient,
         true},
        {"sign_in", QT_TRANSLATE_NOOP("Doctor", "Sign-in"), &Examination::checkSignIn, true},
        {"token", QT_TRANSLATE_NOOP("Doctor", "Access token"), &Examination::checkToken, true},
        {"renewal", QT_TRANSLATE_NOOP("Doctor", "Renewal"), &Examination::checkRenewal, true},
        {"socket", QT_TRANSLATE_NOOP("Doctor", "Live connection"), &Examination::checkSocket, true},
        {"greeting", QT_TRANSLATE_NOOP("Doctor", "Greeting"), &Examination::checkGreeting, true},
    }};
    return all;
}

Doctor::Examination::Examination(Doctor& owner) : d(owner) {}

void Doctor::Examination::ok(const QString& found, const QStringList& facts) {
    d.conclude({.state = CheckState::Ok, .found = found, .facts = facts});
}

void Doctor::Examination::warn(Fault fault, const QString& found, const QStringList& facts) {
    d.conclude({.state = CheckState::Warning, .fault = fault, .found = found, .facts = facts});
}

void Doctor::Examination::failed(Fault fault, const QString& found, const QStringList& facts) {
    d.conclude({.state = CheckState::Failed, .fault = fault, .found = found, .facts = facts});
}

void Doctor::Examination::failed(Fault fault, const Error& error, QStringList facts) {
    if (!error.details.isEmpty())
        facts.append(error.details);
    for (const Error* cause = error.cause.get(); cause != nullptr; cause = cause->cause.get()) {
        facts.append(cause->happened);
        if (!cause->details.isEmpty())
            facts.append(cause->details);
    }
    failed(fault, error.happened, facts);
}

void Doctor::Examination::skipped(const QString& why) {
    d.conclude({.state = CheckState::Skipped, .found = why});
}

bool Doctor::Examination::isBlocked() {
    if (blockedBy.isEmpty())
        return false;
    skipped(DoctorWords::tr("see \"%1\"").arg(blockedBy));
    return true;
}

QNetworkReply* Doctor::Examination::get(const QUrl& url) const {
    QNetworkRequest made(url);
    made.setRawHeader("User-Agent", "apex-desktop/" APEX_VERSION);
    made.setRawHeader("Accept", "application/json");
    made.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    made.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    made.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    made.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    made.setTransferTimeout(15'000);
    QNetworkReply* reply = d.m_parts.network.get(made);
    connect(reply, &QNetworkReply::finished, reply, &QObject::deleteLater);
    return reply;
}

Doctor::Doctor(DoctorParts parts, QObject* parent) : QObject(parent), m_parts(std::move(parts)) {
    const bool way = m_parts.profile || !m_parts.profileError.happened.isEmpty();
    for (const Examination::Step& step : Examination::steps()) {
        if (!step.needsProfile || way)
            m_checks.push_back(
                {.name = QString::fromLatin1(step.name), .title = DoctorWords::tr(step.title)});
    }
}

Doctor::~Doctor() = default;

bool Doctor::isHealthy() const {
    return !m_running && std::none_of(m_checks.begin(), m_checks.end(), [](const Check& check) {
        return check.state == CheckState::Failed || check.state == CheckState::Waiting;
    });
}

void Doctor::run() {
    m_running = true;
    m_current = -1;
    m_examination = std::make_unique<Examination>(*this);
    for (size_t i = 0; i < m_checks.size(); ++i) {
        m_checks[i] = {.name = m_checks[i].name, .title = m_checks[i].title};
        Q_EMIT checkChanged(static_cast<int>(i));
    }
    next();
}

void Doctor::next() {
    ++m_current;
    if (m_current >= static_cast<int>(m_checks.size())) {
        m_running = false;
        Q_EMIT finished();
        return;
    }
    m_checks[static_cast<size_t>(m_current)].state = CheckState::Running;
    Q_EMIT checkChanged(m_current);
    const auto step = Examination::steps().at(static_cast<size_t>(m_current)).run;
    Examination* examination = m_examination.get();
    QMetaObject::invokeMethod(
        examination, [examination, step] { (examination->*step)(); }, Qt::QueuedConnection);
}

void Doctor::conclude(Check result) {
    Check& check = m_checks[static_cast<size_t>(m_current)];
    result.name = check.name;
    result.title = check.title;
    result.found = tidy(result.found);
    for (QString& fact : result.facts)
        fact = tidy(fact);
    const FaultWords words = faultWords(result.fault);
    result.means = words.means;
    if (result.fix.isEmpty())
        result.fix = words.fix;
    if (m_parts.profile)
        result.fix.replace(u"--environment NAME"_s, u"--environment "_s + m_parts.profile->id.toString());
    check = std::move(result);
    Q_EMIT checkChanged(m_current);
    // Queued: the step that ended may still be on the stack.
    QMetaObject::invokeMethod(
        m_examination.get(), [this] { next(); }, Qt::QueuedConnection);
}

QString Doctor::report() const {
    QStringList lines{u"Apex Desktop " APEX_VERSION ", "_s + QSysInfo::prettyProductName() + u", Qt "_s +
                          QString::fromLatin1(qVersion()),
                      toRfc3339(m_parts.clock.wallNow())};
    for (const Check& check : m_checks) {
        lines.append(u"%1 %2: %3"_s.arg(stateName(check.state), -8).arg(check.name, check.found));
        if (check.fault != Fault::None)
            lines.append(u"         fault: "_s + faultCode(check.fault) + u". "_s + check.means);
        if (!check.fix.isEmpty())
            lines.append(u"         fix: "_s + check.fix);
        for (const QString& fact : check.facts)
            lines.append(u"         - "_s + fact);
    }
    return lines.join(u'\n') + u'\n';
}

} // namespace apex::diagnosis
