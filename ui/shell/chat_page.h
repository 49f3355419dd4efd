// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/composer/composer.h"
#include "ui/theme/theme_provider.h"
#include "ui/transcript/transcript_view.h"

#include <QWidget>

namespace apex::ui {

class BannerStack;

/// The middle pane: messages that need attention, the transcript, and the box to write in.
class ChatPage final : public QWidget {
    Q_OBJECT
public:
    /// `themes` outlives this.
    explicit ChatPage(const ThemeProvider& themes, QWidget* parent = nullptr);

    [[nodiscard]] BannerStack* banners() const { return m_banners; }
    [[nodiscard]] TranscriptView* transcript() const { return m_transcript; }
    [[nodiscard]] Composer* composer() const { return m_composer; }

private:
    DialogFilePicker m_picker;
    BannerStack* m_banners;
    TranscriptView* m_transcript;
    Composer* m_composer;
};

} // namespace apex::ui
