// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/command.h"
#include "cli/environment_host.h"

#include <QCoreApplication>

namespace apex::cli {

namespace {

using namespace Qt::StringLiterals;
using State = session::AccountSession::SignInState;

const QString schema = u"apex/sign-out/1"_s;

/// Reads the sign-in state, signs out, and leaves the event loop with an ExitCode.
class SignOutRun final : public QObject {
public:
    SignOutRun(session::AccountSession& session, bool json) : m_session(session), m_json(json) {
        connect(&session, &session::AccountSession::signInStateChanged, this, &SignOutRun::look);
        // Signing out always forgets locally; what the server did not hear of comes as a notice.
        connect(&session, &session::AccountSession::notice, this, [this](const QString&, const Error& error) {
            if (!error.happened.isEmpty() && m_asked)
                m_notice = error;
        });
    }

private:
    void look() {
        const auto state = m_session.signInState();
        if (state == State::StoreTrouble)
            return end(giveUp(m_session.signInError(), m_json, schema));
        if (state == State::SignedOut)
            return m_asked ? succeed() : nothingToDo();
        if (!m_asked && state != State::Unknown) {
            m_asked = true;
            m_user = m_session.user();
            if (const auto& claims = m_session.claims())
                m_name = claims->email.isEmpty() ? claims->name : claims->email;
            m_session.signOut();
        }
    }

    void nothingToDo() {
        end(giveUp(makeError(ErrorKind::NotFound,
                             u"Nobody is signed in to %1 here."_s.arg(m_session.profile().name)),
                   m_json, schema));
    }

    void succeed() {
        if (m_notice)
            complain(*m_notice);
        if (m_json) {
            QJsonObject document{{u"schema"_s, schema},
                                 {u"environment"_s, m_session.profile().id.toString()},
                                 {u"account"_s, m_user.toString()},
                                 {u"revoked"_s, !m_notice.has_value()}};
            if (m_notice)
                document.insert(u"error"_s, errorToJson(*m_notice));
            printJson(document);
        } else
            printLine(u"Signed out of %1%2; the credentials are gone from the keychain."_s.arg(
                m_session.profile().name, m_name.isEmpty() ? QString() : u" as "_s + m_name));
        end(m_notice ? FellShort : AsAsked);
    }

    void end(int code) {
        disconnect(&m_session, nullptr, this, nullptr);
        QCoreApplication::exit(code);
    }

    session::AccountSession& m_session;
    bool m_json;
    bool m_asked = false;
    UserId m_user; ///< who is signed out: an environment may have several accounts
    QString m_name;
    std::optional<Error> m_notice;
};

} // namespace

int signOut(const QStringList& arguments) {
    QCommandLineParser parser;
    parser.setApplicationDescription(
        u"Revokes the credentials at the server and removes them from the keychain."_s);
    const QCommandLineOption environment(u"environment"_s, u"Environment to sign out of (required)."_s,
                                         u"NAME"_s);
    const QCommandLineOption json(u"json"_s, u"Print one JSON document, schema apex/sign-out/1."_s);
    parser.addOptions({environment, json});
    if (const auto code = parse(parser, arguments))
        return *code;
    if (!parser.isSet(environment))
        return refuse(arguments, u"--environment NAME is required; there is no default environment."_s);
    EnvironmentHost host;
    std::unique_ptr<SignOutRun> run;
    QMetaObject::invokeMethod(
        &host,
        [&] {
            host.open(EnvironmentId(parser.value(environment)), {},
                      [&](Expected<session::AccountSession*> session) {
                          if (!session)
                              return QCoreApplication::exit(
                                  giveUp(session.error(), parser.isSet(json), schema));
                          run = std::make_unique<SignOutRun>(**session, parser.isSet(json));
                          (*session)->start();
                      });
        },
        Qt::QueuedConnection);
    const int code = QCoreApplication::exec();
    run.reset();
    return code;
}

} // namespace apex::cli
