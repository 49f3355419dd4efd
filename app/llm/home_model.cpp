// SPDX-License-Identifier: GPL-3.0-or-later
#include "llm/home_model.h"

#include <QFile>

#include <future>

namespace apex::llm {

namespace {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

constexpr auto longestWait = 60s;

Expected<Secret> keyOf(credentials::ReadOutcome outcome) {
    if (auto* found = std::get_if<credentials::Found>(&outcome))
        return std::move(found->secret);
    if (std::holds_alternative<credentials::NotFound>(outcome))
        return fail(ErrorKind::NotFound, u"The API key of the language model is not in the keychain."_s,
                    u"Set the model again with `apex model --set URL --model NAME --key-stdin`."_s);
    return std::visit(
        [](const auto& other) -> Expected<Secret> {
            if constexpr (requires { other.error; })
                return fail(wrapError(
                    other.error.kind,
                    u"The API key of the language model could not be read: %1"_s.arg(other.error.happened),
                    other.error, other.error.action));
            else
                return fail(ErrorKind::Internal, u"The keychain gave no answer."_s);
        },
        outcome);
}

/// The keychain speaks of itself; what it meant for the model is said here.
Error withKey(const QString& happened, const QString& kept, const Error& error, const QString& action = {}) {
    Error words =
        wrapError(error.kind, happened.arg(error.happened), error, action.isEmpty() ? error.action : action);
    words.kept = kept;
    return words;
}

/// Waits for the keychain thread's answer.
template <class T>
Expected<T> await(std::future<Expected<T>> answer, const std::stop_token& stop) {
    const auto end = std::chrono::steady_clock::now() + longestWait;
    while (answer.wait_for(20ms) != std::future_status::ready) {
        if (stop.stop_requested())
            return fail(ErrorKind::Cancelled, u"Waiting for the keychain was stopped."_s);
        if (std::chrono::steady_clock::now() > end)
            return fail(ErrorKind::Timeout, u"The keychain did not answer within a minute."_s,
                        u"Unlock it and try again."_s);
    }
    return answer.get();
}

} // namespace

HomeModel::HomeModel(const environment::Paths& paths) : m_path(modelFile(paths)), m_homeHash(paths.homeHash) {
    m_anchor.moveToThread(&m_thread);
    m_thread.start();
    QMetaObject::invokeMethod(&m_anchor,
                              [this] { m_store = std::make_unique<credentials::KeychainStore>(); });
}

HomeModel::~HomeModel() {
    QMetaObject::invokeMethod(
        &m_anchor, [this] { m_store.reset(); }, Qt::BlockingQueuedConnection);
    m_thread.quit();
    m_thread.wait();
}

QString HomeModel::entryOf(const backend::ModelSettings& settings) const {
    return credentials::entryKey(m_homeHash, u"local"_s, u"language-model"_s,
                                 settings.base.scheme() + u"://"_s + settings.base.host() + u':' +
                                     QString::number(settings.base.port(-1)));
}

Expected<std::optional<backend::ModelSettings>> HomeModel::settings() {
    return backend::readModelSettings(m_path);
}

Expected<Secret> HomeModel::key(const backend::ModelSettings& settings, std::stop_token stop) {
    if (!settings.hasKey)
        return Secret();
    auto promise = std::make_shared<std::promise<Expected<Secret>>>();
    QMetaObject::invokeMethod(&m_anchor, [this, promise, entry = entryOf(settings)] {
        m_store->read(entry, &m_anchor, [promise](credentials::ReadOutcome outcome) {
            promise->set_value(keyOf(std::move(outcome)));
        });
    });
    return await(promise->get_future(), stop);
}

Expected<void> HomeModel::keepKey(const backend::ModelSettings& settings, Secret key) {
    auto promise = std::make_shared<std::promise<Expected<void>>>();
    auto secret = std::make_shared<Secret>(std::move(key));
    QMetaObject::invokeMethod(&m_anchor, [this, promise, secret, entry = entryOf(settings)] {
        m_store->write(entry, std::move(*secret), &m_anchor,
                       [promise](Expected<void> done) { promise->set_value(std::move(done)); });
    });
    auto kept = await(promise->get_future(), {});
    if (!kept)
        return fail(withKey(u"The API key could not be kept: %1"_s, u"The language model is as it was."_s,
                            kept.error()));
    return kept;
}

Expected<void> HomeModel::set(backend::ModelSettings settings, Secret key) {
    settings.hasKey = !key.isEmpty();
    const auto read = this->settings();
    const auto before = read && *read && (*read)->hasKey ? *read : std::nullopt;
    const bool sameEntry = before && settings.hasKey && entryOf(*before) == entryOf(settings);
    if (settings.hasKey)
        if (auto kept = keepKey(settings, std::move(key)); !kept)
            return kept;
    if (auto written = backend::writeModelSettings(m_path, settings); !written) {
        if (settings.hasKey && !sameEntry)
            (void)forgetKey(settings); // nothing would ever ask for it
        return written;
    }
    if (!before || sameEntry)
        return {};
    auto gone = forgetKey(*before);
    if (!gone)
        return fail(withKey(u"The key of the language model before could not be removed: %1"_s,
                            u"The new one is on."_s, gone.error()));
    return gone;
}

Expected<void> HomeModel::forgetKey(const backend::ModelSettings& settings) {
    auto promise = std::make_shared<std::promise<Expected<void>>>();
    QMetaObject::invokeMethod(&m_anchor, [this, promise, entry = entryOf(settings)] {
        m_store->remove(entry, &m_anchor,
                        [promise](Expected<void> done) { promise->set_value(std::move(done)); });
    });
    return await(promise->get_future(), {});
}

Expected<void> HomeModel::off() {
    const auto before = settings();
    // The file goes first: whatever the keychain says, nothing is sent any more.
    if (QFile::exists(m_path) && !QFile::remove(m_path))
        return fail(ErrorKind::Storage, u"The file %1 could not be removed."_s.arg(m_path),
                    u"Remove it by hand; the language model is on as long as it is there."_s);
    if (!before || !*before || !(*before)->hasKey)
        return {};
    auto gone = forgetKey(**before);
    if (!gone)
        return fail(
            withKey(u"The language model is off, but its API key is still in the keychain: %1"_s,
                    u"Nothing is sent to it any more."_s, gone.error(),
                    u"Unlock or start the keychain, then switch the model on with its key and off again."_s));
    return gone;
}

QString modelFile(const environment::Paths& paths) {
    return paths.config + u"/language-model.json"_s;
}

QString modelSentence(const backend::ModelSettings& settings) {
    return u"%1 at %2 is on. "_s.arg(settings.model, settings.host()) +
           (settings.staysOnThisComputer()
                ? u"It runs on this computer; what it is sent stays here unless it passes it on."_s
                : u"Your questions and the tools' results (names and figures of your usage) leave this computer for %1; files do not."_s
                      .arg(settings.host()));
}

} // namespace apex::llm
