// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"
#include "ui/theme/theme_provider.h"

#include <QFrame>

#include <functional>
#include <map>
#include <vector>

class QHBoxLayout;
class QVBoxLayout;

namespace apex::ui {

/// A button of a banner.
struct BannerAction {
    QString text;
    std::function<void()> run;
};

/// Sticky messages above the transcript: what happened, what it means, what to do. None goes away by itself.
class BannerStack final : public QWidget {
    Q_OBJECT
public:
    /// `themes` outlives this.
    explicit BannerStack(const ThemeProvider& themes, QWidget* parent = nullptr);

    /// Shows `error` under `key`, in place of an older one; an error with empty `happened` removes it.
    void setBanner(const QString& key, const Error& error, std::vector<BannerAction> actions = {});
    void remove(const QString& key);
    [[nodiscard]] bool has(const QString& key) const { return m_banners.contains(key); }

Q_SIGNALS:
    /// A banner went that had the keyboard focus.
    void focusReleased();

private:
    [[nodiscard]] QFrame* build(const QString& key, const Error& error, std::vector<BannerAction> actions);
    void addButtons(QWidget* banner, QHBoxLayout* row, const Error& error, std::vector<BannerAction> actions);

    const ThemeProvider& m_themes;
    QVBoxLayout* m_column;
    std::map<QString, QFrame*> m_banners;
};

} // namespace apex::ui
