// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/removal_question.h"

#include <QCoreApplication>
#include <QMessageBox>
#include <QPushButton>

namespace apex::ui {

QMessageBox* askBeforeRemoval(QWidget* parent, const QString& objectName, const RemovalWords& words,
                              const std::function<void()>& remove) {
    auto* box =
        new QMessageBox(QMessageBox::NoIcon, words.title, words.question, QMessageBox::Cancel, parent);
    box->setObjectName(objectName);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::PlainText);
    box->setInformativeText(words.consequence);
    auto* confirm = box->addButton(QCoreApplication::translate("RemovalQuestion", "Remove"),
                                   QMessageBox::DestructiveRole);
    confirm->setProperty("role", QStringLiteral("danger"));
    confirm->setAutoDefault(false);
    box->setDefaultButton(QMessageBox::Cancel);
    box->setEscapeButton(QMessageBox::Cancel);
    QObject::connect(box, &QMessageBox::buttonClicked, parent, [confirm, remove](QAbstractButton* button) {
        if (button == confirm)
            remove();
    });
    box->open();
    return box;
}

} // namespace apex::ui
