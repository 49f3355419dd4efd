// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/preview_run.h"

#include "cli/command.h"
#include "session/attachment_folder.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <algorithm>

namespace apex::cli {

using namespace Qt::StringLiterals;
using SignInState = session::AccountSession::SignInState;

namespace {

const QString previewSchema = u"apex/preview/1"_s;

/// Of a folder with thousands of logs the first few show what is meant.
constexpr std::size_t mostOfFolder = 20;

QJsonObject previewJson(const QString& file, const protocol::FilePreview& preview) {
    QJsonArray columns;
    for (const protocol::PreviewedColumn& column : preview.columns)
        columns.append(
            QJsonObject{{u"name"_s, column.name}, {u"field"_s, column.field}, {u"sample"_s, column.sample}});
    return {{u"file"_s, file},
            {u"format"_s, preview.format},
            {u"usable"_s, preview.usable},
            {u"problem"_s, preview.problem},
            {u"columns"_s, columns}};
}

} // namespace

PreviewRun::PreviewRun(session::AccountSession& session, AskOptions options)
    : m_session(session), m_options(std::move(options)) {
    m_timeout.setSingleShot(true);
    m_timeout.setInterval(m_options.timeout);
    connect(&m_timeout, &QTimer::timeout, this, [this] {
        giveUp(makeError(ErrorKind::Timeout, u"The server did not answer in time."_s,
                         u"Check that it runs, or wait longer with --timeout."_s));
    });
    connect(&session, &session::AccountSession::signInStateChanged, this, &PreviewRun::signInChanged);
}

void PreviewRun::begin() {
    if (!m_session.previewsFiles())
        return giveUp(makeError(ErrorKind::InvalidInput,
                                u"%1 does not say what it takes columns for."_s.arg(m_session.profile().name),
                                u"Send the files with a question; the answer says what was read."_s));
    for (const QString& path : m_options.files) {
        if (!QFileInfo(path).isDir()) {
            m_waiting.append(path);
            continue;
        }
        const auto files = session::usageFilesIn(path);
        if (!files)
            return giveUp(files.error());
        for (std::size_t i = 0; i < std::min(files->size(), mostOfFolder); ++i)
            m_waiting.append(files->at(i).path);
    }
    m_timeout.start();
    m_session.start();
}

void PreviewRun::signInChanged() {
    const SignInState state = m_session.signInState();
    if (state == SignInState::SignedIn && !m_begun) {
        m_begun = true;
        next();
    } else if (state == SignInState::SignedOut || state == SignInState::NeedsSignIn) {
        giveUp(makeError(ErrorKind::Authentication,
                         u"Nobody is signed in to %1 here."_s.arg(m_session.profile().name),
                         u"Run: apex sign-in --environment %1"_s.arg(m_session.profile().id.toString())));
    } else if (state == SignInState::StoreTrouble) {
        giveUp(m_session.signInError());
    }
}

void PreviewRun::next() {
    if (m_waiting.isEmpty()) {
        if (m_options.json)
            printJson({{u"schema"_s, previewSchema}, {u"files"_s, m_previews}});
        return end(m_allUsable ? AsAsked : FellShort);
    }
    const QString file = m_waiting.takeFirst();
    m_session.previewFile(file, this, [this, file](const Expected<protocol::FilePreview>& preview) {
        if (!preview)
            return giveUp(preview.error());
        m_allUsable = m_allUsable && preview->usable;
        if (m_options.json)
            m_previews.append(previewJson(file, *preview));
        else
            show(file, *preview);
        next();
    });
}

void PreviewRun::show(const QString& file, const protocol::FilePreview& preview) {
    printLine(preview.format.isEmpty() ? file : file + u": "_s + preview.format);
    qsizetype widest = 0;
    for (const protocol::PreviewedColumn& column : preview.columns)
        widest = std::max(widest, column.name.size());
    for (const protocol::PreviewedColumn& column : preview.columns) {
        const QString taken = column.field.isEmpty() ? u"(not used)"_s : column.field;
        printLine(u"  %1  ->  %2  first value: %3"_s.arg(column.name.leftJustified(widest),
                                                         taken.leftJustified(28), column.sample));
    }
    if (!preview.problem.isEmpty())
        printLine(u"  "_s + preview.problem);
    else if (!preview.usable)
        printLine(u"  No column tells the model, the tokens or the cost. Say which one does: "
                  u"--column cost=\"NAME\"."_s);
    else if (preview.columns.empty())
        printLine(u"  The columns of this format are fixed."_s);
}

void PreviewRun::giveUp(const Error& error) {
    if (!m_over)
        end(cli::giveUp(error, m_options.json, previewSchema));
}

void PreviewRun::end(int code) {
    m_over = true;
    m_timeout.stop();
    disconnect(&m_session, nullptr, this, nullptr);
    QCoreApplication::exit(code);
}

} // namespace apex::cli
