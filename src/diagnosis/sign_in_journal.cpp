// SPDX-License-Identifier: GPL-3.0-or-later
#include "diagnosis/sign_in_journal.h"

#include "base/whole_file.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>

#include <array>

namespace apex::diagnosis {

using namespace Qt::StringLiterals;

namespace {

struct JournalWords {
    Q_DECLARE_TR_FUNCTIONS(SignInJournal)
};

constexpr qint64 LargestFile = 64 * 1024;
constexpr int KeptEntries = 200;

struct EventRow {
    SignInEvent event;
    const char* code;
    const char* words; ///< source text for translation
};

constexpr std::array<EventRow, 6> EventRows{{
    {SignInEvent::SignedIn, "signed_in", QT_TRANSLATE_NOOP("SignInJournal", "signed in")},
    {SignInEvent::Renewed, "renewed", QT_TRANSLATE_NOOP("SignInJournal", "renewed")},
    {SignInEvent::RenewalFailing, "renewal_failing",
     QT_TRANSLATE_NOOP("SignInJournal", "could not be renewed, tried again")},
    {SignInEvent::Ended, "ended", QT_TRANSLATE_NOOP("SignInJournal", "ended by the server")},
    {SignInEvent::SignedOut, "signed_out", QT_TRANSLATE_NOOP("SignInJournal", "signed out")},
    {SignInEvent::StoreTrouble, "store_trouble",
     QT_TRANSLATE_NOOP("SignInJournal", "the keychain could not be used")},
}};

const EventRow& rowOf(SignInEvent event) {
    return EventRows.at(static_cast<size_t>(event));
}

QByteArray lineOf(const SignInEntry& entry) {
    QJsonObject object{{u"at"_s, toRfc3339(entry.at)},
                       {u"event"_s, QString::fromLatin1(rowOf(entry.event).code)}};
    if (!entry.detail.isEmpty())
        object.insert(u"detail"_s, entry.detail);
    return QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n';
}

std::optional<SignInEntry> entryOf(const QByteArray& line) {
    const QJsonObject object = QJsonDocument::fromJson(line).object();
    const QDateTime at = QDateTime::fromString(object.value(u"at").toString(), Qt::ISODateWithMs);
    if (!at.isValid())
        return std::nullopt;
    for (const EventRow& row : EventRows) {
        if (object.value(u"event").toString() == QLatin1String(row.code))
            return SignInEntry{WallTime(std::chrono::milliseconds(at.toMSecsSinceEpoch())), row.event,
                               object.value(u"detail").toString().left(80)};
    }
    return std::nullopt;
}

Error notWritten(const QString& file, const QString& why) {
    return makeError(ErrorKind::Storage, JournalWords::tr("The journal of sign-ins could not be written."),
                     JournalWords::tr("Check the free space and the owner of the data folder."),
                     file + u": "_s + why);
}

} // namespace

SignInJournal::SignInJournal(const QString& dataFolder, const EnvironmentId& environment)
    : m_file(dataFolder + u"/sign-in-journal/"_s + environment.toString() + u".jsonl"_s) {}

Expected<void> SignInJournal::add(const SignInEntry& entry) {
    QDir().mkpath(QFileInfo(m_file).path());
    {
        QFile file(m_file);
        if (!file.open(QIODevice::Append) ||
            !file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner))
            return fail(notWritten(m_file, file.errorString()));
        // One write, so that the lines of two processes do not mix.
        const QByteArray line = lineOf(entry);
        if (file.write(line) != line.size())
            return fail(notWritten(m_file, file.errorString()));
        if (!file.flush())
            return fail(notWritten(m_file, file.errorString()));
        if (file.size() <= LargestFile)
            return {};
    }
    return shorten();
}

Expected<void> SignInJournal::shorten() {
    QSaveFile file(m_file);
    if (!file.open(QIODevice::WriteOnly) ||
        !file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner))
        return fail(notWritten(m_file, file.errorString()));
    const auto kept = last(KeptEntries);
    for (const SignInEntry& entry : kept)
        file.write(lineOf(entry));
    if (!commitWhole(file))
        return fail(notWritten(m_file, file.errorString()));
    return {};
}

std::vector<SignInEntry> SignInJournal::last(int limit) const {
    std::vector<SignInEntry> entries;
    QFile file(m_file);
    if (!file.open(QIODevice::ReadOnly))
        return entries;
    while (!file.atEnd()) {
        if (auto entry = entryOf(file.readLine(4096)))
            entries.push_back(std::move(*entry));
    }
    const auto wanted = static_cast<size_t>(limit);
    if (entries.size() > wanted)
        entries.erase(entries.begin(), entries.end() - limit);
    return entries;
}

QString entryWords(const SignInEntry& entry) {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(entry.at.time_since_epoch());
    const QString at = QDateTime::fromMSecsSinceEpoch(ms.count(), Qt::UTC).toString(u"yyyy-MM-dd hh:mm:ss"_s);
    const QString what = QCoreApplication::translate("SignInJournal", rowOf(entry.event).words);
    const QString line = u"%1 UTC: %2"_s.arg(at, what);
    return entry.detail.isEmpty() ? line : line + u" (%1)"_s.arg(entry.detail);
}

} // namespace apex::diagnosis
