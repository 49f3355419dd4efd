// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/window_settings.h"

#include <QSettings>

namespace apex::ui {

using namespace Qt::StringLiterals;

namespace {

QVariant read(const QString& file, const QString& key) {
    return QSettings(file, QSettings::IniFormat).value(key);
}

void write(const QString& file, const QString& key, const QVariant& value) {
    QSettings(file, QSettings::IniFormat).setValue(key, value);
}

constexpr std::pair<SchemeChoice, const char16_t*> kSchemes[] = {
    {SchemeChoice::System, u"system"},
    {SchemeChoice::Light, u"light"},
    {SchemeChoice::Dark, u"dark"},
    {SchemeChoice::HighContrast, u"high-contrast"}};

} // namespace

WindowSettings::WindowSettings(const environment::Paths& paths) : m_file(paths.config + u"/window.ini"_s) {}

QByteArray WindowSettings::geometry() const {
    return read(m_file, u"window/geometry"_s).toByteArray();
}
void WindowSettings::setGeometry(const QByteArray& geometry) {
    write(m_file, u"window/geometry"_s, geometry);
}

QByteArray WindowSettings::workspace() const {
    return read(m_file, u"window/workspace"_s).toByteArray();
}
void WindowSettings::setWorkspace(const QByteArray& state) {
    write(m_file, u"window/workspace"_s, state);
}

SchemeChoice WindowSettings::scheme() const {
    const QString name = read(m_file, u"look/scheme"_s).toString();
    for (const auto& [choice, word] : kSchemes)
        if (name == QString::fromUtf16(word))
            return choice;
    return SchemeChoice::System;
}

void WindowSettings::setScheme(SchemeChoice choice) {
    for (const auto& [known, word] : kSchemes)
        if (known == choice)
            write(m_file, u"look/scheme"_s, QString::fromUtf16(word));
}

qreal WindowSettings::textScale() const {
    const qreal scale = read(m_file, u"look/text_scale"_s).toReal();
    return scale >= 1.0 && scale <= 2.0 ? scale : 1.0;
}

void WindowSettings::setTextScale(qreal scale) {
    write(m_file, u"look/text_scale"_s, scale);
}

} // namespace apex::ui
