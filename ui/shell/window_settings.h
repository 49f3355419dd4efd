// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "environment/paths.h"
#include "ui/theme/theme_provider.h"

#include <QByteArray>

namespace apex::ui {

/// What the window remembers of its look, in `<config>/window.ini`. Nothing of an account is in it.
class WindowSettings {
public:
    explicit WindowSettings(const environment::Paths& paths);

    [[nodiscard]] QByteArray geometry() const;
    void setGeometry(const QByteArray& geometry);
    [[nodiscard]] QByteArray workspace() const;
    void setWorkspace(const QByteArray& state);
    [[nodiscard]] SchemeChoice scheme() const;
    void setScheme(SchemeChoice choice);
    [[nodiscard]] qreal textScale() const;
    void setTextScale(qreal scale);

private:
    QString m_file;
};

} // namespace apex::ui
