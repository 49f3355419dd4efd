// SPDX-License-Identifier: GPL-3.0-or-later
// How the open accounts of the embedded backend follow it: ended, restarted elsewhere, mute.
#include "desktop/desktop_client.h"
#include "desktop/desktop_model.h"

namespace apex::desktop {

using namespace Qt::StringLiterals;
using connection::LinkPhase;

namespace {

const QString kBackend = u"backend"_s;

} // namespace

void DesktopClient::backendDied(const Error& error) {
    for (const auto& seat : m_seats)
        if (seat->isEmbedded())
            Q_EMIT seat->session.notice(kBackend, error);
}

/// A lost connection is the occasion to look where the backend is now; it is started if it is nowhere.
void DesktopClient::followBackend(AccountSeat& seat) {
    const LinkPhase phase = seat.session.linkState().phase;
    if (phase == LinkPhase::Ready)
        Q_EMIT seat.session.notice(kBackend, {});
    if (phase == LinkPhase::Opening || phase == LinkPhase::Greeting) {
        if (!seat.mute.isActive())
            seat.mute.start();
        return;
    }
    seat.mute.stop();
    if (phase != LinkPhase::Waiting)
        return;
    const environment::Profile known = seat.session.profile();
    backend().resolve(known, &seat.page, [&seat, known](const Expected<environment::Profile>& found) {
        if (!found)
            Q_EMIT seat.session.notice(kBackend, found.error());
        else if (found->apiUrl != known.apiUrl && seat.session.profile().apiUrl == known.apiUrl)
            seat.session.followServer(*found);
    });
}

void DesktopClient::checkBackend(AccountSeat& seat) {
    backend().check(&seat.page, [&seat](const Expected<void>& answer) {
        Q_EMIT seat.session.notice(kBackend, answer ? Error{} : answer.error());
    });
}

/// Only where the agents are ours can we say whether a language model takes part.
void DesktopClient::offerModel(AccountSeat& seat) {
    if (!m_model) {
        m_model = std::make_unique<DesktopModel>(m_paths, m_themes);
        connect(m_model.get(), &DesktopModel::changed, this, &DesktopClient::nameModel);
    }
    seat.page.setLanguageModelDialog([this] { m_model->openDialog(m_window.get()); });
    seat.page.setLanguageModel(m_model->name(), m_model->sentence());
}

void DesktopClient::nameModel() {
    for (const auto& seat : m_seats)
        if (seat->isEmbedded())
            seat->page.setLanguageModel(m_model->name(), m_model->sentence());
}

} // namespace apex::desktop
