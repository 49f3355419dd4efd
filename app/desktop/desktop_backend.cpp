// SPDX-License-Identifier: GPL-3.0-or-later
// How the open accounts of the embedded backend follow it: ended, restarted elsewhere, mute.
#include "desktop/desktop_client.h"

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

} // namespace apex::desktop
