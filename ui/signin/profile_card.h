// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "environment/profile.h"
#include "ui/theme/theme_provider.h"

#include <QAbstractButton>

namespace apex::ui {

/// One environment to choose: its colour, its name, and where it is; as high as its words need.
class ProfileCard final : public QAbstractButton {
    Q_OBJECT
public:
    /// `themes` outlives this.
    ProfileCard(const environment::Profile& profile, const ThemeProvider& themes, QWidget* parent = nullptr);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] int heightForWidth(int width) const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    /// Where the words stand in a card of this size, in left-to-right coordinates.
    [[nodiscard]] QRect wordsIn(const QRect& card) const;
    void paintGround(QPainter& painter) const;
    void paintWords(QPainter& painter) const;

    const ThemeProvider& m_themes;
    QColor m_colour;
    QString m_place;
};

/// Where an environment is, in words: "On this computer" or its host.
[[nodiscard]] QString placeOf(const environment::Profile& profile);

} // namespace apex::ui
