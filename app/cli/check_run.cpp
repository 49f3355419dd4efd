// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/check_run.h"

#include "cli/command.h"
#include "diagnosis/session_doctor.h"

#include <QCoreApplication>
#include <QJsonArray>

namespace apex::cli {

using namespace Qt::StringLiterals;
using diagnosis::Check;
using diagnosis::CheckState;

namespace {

// Everything said of a check begins under what was found.
constexpr int stateWidth = 7;
constexpr int nameWidth = 11;
constexpr int gap = 2;
const QString indent = QString(stateWidth + gap + nameWidth + gap, u' ');
const QString fixIndent = indent.chopped(3) + u"-> "_s;

QJsonObject checkToJson(const Check& check) {
    QJsonObject object{
        {u"name"_s, check.name}, {u"state"_s, diagnosis::stateName(check.state)}, {u"detail"_s, check.found}};
    if (check.fault != diagnosis::Fault::None) {
        object.insert(u"fault"_s, diagnosis::faultCode(check.fault));
        object.insert(u"means"_s, check.means);
    }
    if (!check.fix.isEmpty())
        object.insert(u"fix"_s, check.fix);
    if (!check.facts.isEmpty())
        object.insert(u"facts"_s, QJsonArray::fromStringList(check.facts));
    return object;
}

} // namespace

CheckRun::CheckRun(EnvironmentId environment, bool json, bool details)
    : m_environment(std::move(environment)), m_json(json), m_details(details) {}

CheckRun::~CheckRun() = default;

void CheckRun::begin() {
    if (m_environment.isEmpty())
        return examine({.store = m_host.store(), .network = m_host.network(), .clock = m_host.clock()});
    m_host.open(m_environment, {}, [this](Expected<session::AccountSession*> session) {
        if (session) {
            return examine(diagnosis::partsFor(**session, m_host.paths(), m_host.store(), m_host.network()));
        }
        diagnosis::DoctorParts parts{
            .store = m_host.store(), .network = m_host.network(), .clock = m_host.clock()};
        parts.profileError = session.error();
        examine(std::move(parts));
    });
}

void CheckRun::examine(diagnosis::DoctorParts parts) {
    m_doctor = std::make_unique<diagnosis::Doctor>(std::move(parts));
    connect(m_doctor.get(), &diagnosis::Doctor::checkChanged, this, [this](int index) {
        const Check& check = m_doctor->checks()[static_cast<size_t>(index)];
        if (check.state != CheckState::Waiting && check.state != CheckState::Running)
            print(check);
    });
    connect(m_doctor.get(), &diagnosis::Doctor::finished, this, [this] { end(); });
    m_doctor->run();
}

void CheckRun::print(const Check& check) const {
    if (m_json)
        return;
    printLine(u"%1  %2  %3"_s.arg(diagnosis::stateName(check.state), -stateWidth)
                  .arg(check.name, -nameWidth)
                  .arg(check.found));
    const bool isBad = check.state == CheckState::Failed || check.state == CheckState::Warning;
    if (!isBad && !m_details)
        return;
    for (const QString& fact : check.facts)
        printLine(indent + fact);
    if (!check.means.isEmpty())
        printLine(indent + check.means);
    if (!check.fix.isEmpty())
        printLine(fixIndent + check.fix);
}

void CheckRun::end() const {
    const bool healthy = m_doctor->isHealthy();
    if (m_json) {
        QJsonArray list;
        for (const Check& check : m_doctor->checks())
            list.append(checkToJson(check));
        printJson({{u"schema"_s, checkSchema},
                   {u"version"_s, QStringLiteral(APEX_VERSION)},
                   {u"ok"_s, healthy},
                   {u"checks"_s, list}});
    }
    QCoreApplication::exit(healthy ? AsAsked : FellShort);
}

} // namespace apex::cli
