// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHBoxLayout>

namespace apex::ui {

/// A row whose outer buttons hang over by what surrounds their words, so that words stand flush with words.
/// Contents margins cannot do this: a negative one counts as none.
class FlushRow final : public QHBoxLayout {
public:
    /// `overhang` is border and padding of the buttons, see theme_style_sheet.cpp.
    explicit FlushRow(int overhang) : m_overhang(overhang) {}

    void setGeometry(const QRect& rect) override {
        QHBoxLayout::setGeometry(rect.adjusted(-m_overhang, 0, m_overhang, 0));
    }

private:
    int m_overhang;
};

/// Border and padding beside the words of a button with the role "link".
inline constexpr int linkOverhang = 6;

} // namespace apex::ui
