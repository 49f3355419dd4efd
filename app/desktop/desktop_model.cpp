// SPDX-License-Identifier: GPL-3.0-or-later
#include "desktop/desktop_model.h"

#include "llm/model_trial.h"

namespace apex::desktop {

using namespace Qt::StringLiterals;

namespace {

ui::LanguageModelChoice choiceOf(const backend::ModelSettings& settings) {
    return {settings.base.toString(), settings.model, settings.hasKey};
}

QStringList linesOf(const llm::ModelTrial& trial) {
    const auto line = [](bool well, const QString& yes, const QString& no) {
        return (well ? u"✓ "_s : u"✗ "_s) + (well ? yes : no);
    };
    QStringList lines{
        line(true, DesktopModel::tr("%1 answers.").arg(trial.settings.host()), {}),
        line(trial.streams, DesktopModel::tr("It streams its answer."),
             DesktopModel::tr("It does not stream: words come at the end only.")),
        line(trial.callsTools, DesktopModel::tr("It calls tools."),
             DesktopModel::tr("It does not call tools: it can only word what the rules found.")),
        line(trial.reportsTokens, DesktopModel::tr("It says how many tokens it used."),
             DesktopModel::tr("It does not say how many tokens it used."))};
    if (trial.toolError)
        lines << trial.toolError->happened;
    return lines;
}

} // namespace

DesktopModel::DesktopModel(environment::Paths paths, const ui::ThemeProvider& themes, QObject* parent)
    : QObject(parent), m_paths(std::move(paths)), m_themes(themes) {
    // The folder, because a file that is replaced is another one.
    m_watcher.addPath(m_paths.config);
    connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, &DesktopModel::reload);
    reload();
}

DesktopModel::~DesktopModel() {
    m_stop.request_stop();
    if (m_worker) {
        m_worker->disconnect(this);
        m_worker->wait();
        delete m_worker;
    }
}

void DesktopModel::reload() {
    const auto settings = backend::readModelSettings(llm::modelFile(m_paths));
    const QString nameBefore = m_name;
    const QString sentenceBefore = m_sentence;
    m_settings = settings ? *settings : std::nullopt;
    m_name = m_settings ? tr("%1 at %2").arg(m_settings->model, m_settings->host()) : QString();
    if (!settings)
        m_sentence = settings.error().happened + u' ' + settings.error().action;
    else
        m_sentence = m_settings ? llm::modelSentence(*m_settings) : QString();
    if (m_name == nameBefore && m_sentence == sentenceBefore)
        return;
    showInDialog();
    Q_EMIT changed();
}

void DesktopModel::showInDialog() {
    if (m_dialog)
        m_dialog->showState(m_settings ? std::optional(choiceOf(*m_settings)) : std::nullopt, m_sentence);
}

void DesktopModel::openDialog(QWidget* parent) {
    if (m_dialog) {
        m_dialog->raise();
        m_dialog->activateWindow();
        return;
    }
    m_dialog = new ui::LanguageModelDialog(m_themes, parent);
    m_dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(m_dialog, &ui::LanguageModelDialog::setRequested, this, &DesktopModel::set);
    connect(m_dialog, &ui::LanguageModelDialog::trialRequested, this, &DesktopModel::tryIt);
    connect(m_dialog, &ui::LanguageModelDialog::offRequested, this, [this] {
        later<Expected<void>>([](llm::HomeModel& home, const std::stop_token&) { return home.off(); },
                              [this](const Expected<void>& done) {
                                  reload();
                                  if (done)
                                      showInDialog();
                                  else if (m_dialog)
                                      m_dialog->showError(done.error());
                              });
    });
    showInDialog();
    m_dialog->open();
}

void DesktopModel::set(const ui::LanguageModelChoice& choice) {
    const int limit = m_settings ? static_cast<int>(m_settings->timeLimit.count()) : 120;
    auto settings = backend::makeModelSettings(choice.address, choice.model, limit);
    if (!settings)
        return m_dialog->showError(settings.error());
    auto key = std::make_shared<Secret>(m_dialog->takeKey());
    // The key that is kept belongs to its address; with no new one typed it stays in use there.
    const bool keep =
        key->isEmpty() && m_settings && m_settings->hasKey && m_settings->base == settings->base;
    later<Expected<void>>(
        [settings = *settings, key, keep](llm::HomeModel& home,
                                          const std::stop_token& stop) -> Expected<void> {
            if (!keep)
                return home.set(settings, std::move(*key));
            backend::ModelSettings kept = settings;
            kept.hasKey = true;
            auto known = home.key(kept, stop);
            if (!known)
                return fail(known.error());
            return home.set(kept, std::move(*known));
        },
        [this](const Expected<void>& done) {
            reload();
            if (done)
                showInDialog();
            else if (m_dialog)
                m_dialog->showError(done.error());
        });
}

void DesktopModel::tryIt() {
    later<Expected<llm::ModelTrial>>(
        [](llm::HomeModel& home, const std::stop_token& stop) { return llm::tryModel(home, stop); },
        [this](const Expected<llm::ModelTrial>& trial) {
            if (!m_dialog)
                return;
            if (trial)
                m_dialog->showTrial(linesOf(*trial));
            else
                m_dialog->showError(trial.error());
        });
}

template <class Result>
void DesktopModel::later(std::function<Result(llm::HomeModel&, std::stop_token)> work,
                         std::function<void(const Result&)> done) {
    if (m_worker)
        return; // the dialog offers nothing while it waits
    if (!m_home)
        m_home = std::make_unique<llm::HomeModel>(m_paths);
    auto result = std::make_shared<std::optional<Result>>();
    m_worker = QThread::create([home = m_home.get(), work = std::move(work), stop = m_stop.get_token(),
                                result] { result->emplace(work(*home, stop)); });
    connect(m_worker, &QThread::finished, this, [this, result, done = std::move(done)] {
        m_worker->deleteLater();
        m_worker = nullptr;
        done(**result);
    });
    m_worker->start();
}

} // namespace apex::desktop
