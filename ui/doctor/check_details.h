// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "diagnosis/check.h"

#include <QScrollArea>

class QLabel;

namespace apex::ui {

/// One check in full: what was found, what it means, what to do, and the facts for support. All of it can be
/// selected and read by a screen reader.
class CheckDetails final : public QScrollArea {
    Q_OBJECT
public:
    explicit CheckDetails(QWidget* parent = nullptr);

    void setCheck(const diagnosis::Check& check);

private:
    QLabel* m_title;
    QLabel* m_found;
    QLabel* m_means;
    QLabel* m_fixHeading;
    QLabel* m_fix;
    QLabel* m_facts;
};

} // namespace apex::ui
