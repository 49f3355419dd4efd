// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/composer/composer.h"
#include "ui/composer/composer_edit.h"
#include "ui/theme/elided_label.h"
#include "ui/theme/theme_provider.h"

#include <QApplication>
#include <QFile>
#include <QLabel>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

namespace apex::ui {

using namespace Qt::StringLiterals;

/// Answers at once with the files it was given.
class FixedPicker final : public FilePicker {
public:
    QStringList answer;
    int asked = 0;
    void pick(QWidget*, std::function<void(const QStringList&)> chosen) override {
        ++asked;
        if (!answer.isEmpty())
            chosen(answer);
    }
    void pickFolder(QWidget*, std::function<void(const QStringList&)> chosen) override { chosen(folder); }
    QStringList folder;
};

struct Desk {
    ThemeProvider themes{*qobject_cast<QApplication*>(QCoreApplication::instance())};
    FixedPicker picker;
    Composer composer{themes, picker};
    QTemporaryDir folder;

    Desk() {
        composer.resize(700, 200);
        composer.show();
        composer.activateWindow();
        composer.focusText();
        if (!QTest::qWaitForWindowActive(&composer))
            qFatal("the composer's window did not become active");
    }
    ComposerEdit* edit() { return composer.findChild<ComposerEdit*>(); }
    QPushButton* send() { return composer.findChild<QPushButton*>(u"sendButton"_s); }
    QPushButton* stop() { return composer.findChild<QPushButton*>(u"stopButton"_s); }
    QToolButton* attach() { return composer.findChild<QToolButton*>(u"attachButton"_s); }
    QString note() { return composer.findChild<ElidedLabel*>(u"composerNote"_s)->fullText(); }
    void type(const QString& text) { QTest::keyClicks(edit(), text); }
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QTest::keyClick(edit(), key, modifiers);
    }
    QString file(const QString& name, const QByteArray& bytes) const {
        QFile out(folder.filePath(name));
        if (!out.open(QIODevice::WriteOnly) || out.write(bytes) != bytes.size())
            qFatal("cannot write a file of the test");
        return out.fileName();
    }
};

} // namespace apex::ui
