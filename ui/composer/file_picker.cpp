// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/composer/file_picker.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileDialog>

namespace apex::ui {

void DialogFilePicker::pick(QWidget* parent, std::function<void(const QStringList&)> chosen) {
    auto* dialog = new QFileDialog(parent, QCoreApplication::translate("Composer", "Attach files"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    dialog->setNameFilters(
        {QCoreApplication::translate("Composer", "Usage data (*.csv *.tsv *.json *.jsonl *.txt *.log)"),
         QCoreApplication::translate("Composer", "All files (*)")});
    QObject::connect(dialog, &QFileDialog::filesSelected, parent, std::move(chosen));
    dialog->open();
}

void DialogFilePicker::pickFolder(QWidget* parent, std::function<void(const QStringList&)> chosen) {
    auto* dialog =
        new QFileDialog(parent, QCoreApplication::translate("Composer", "Attach a folder of usage data"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    // Assistants keep their logs in hidden folders.
    dialog->setFilter(dialog->filter() | QDir::Hidden);
    QObject::connect(dialog, &QFileDialog::filesSelected, parent, std::move(chosen));
    dialog->open();
}

} // namespace apex::ui
