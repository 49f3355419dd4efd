// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/value_viewer.h"

#include "base/whole_file.h"
#include "ui/inspector/value_page.h"

#include <QApplication>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QLabel>
#include <QPushButton>
#include <QTabWidget>
#include <QVBoxLayout>

namespace apex::ui {

using namespace Qt::StringLiterals;

ValueViewer::ValueViewer(const QString& title, const std::vector<std::pair<QString, QByteArray>>& values,
                         const ThemeProvider& themes, QWidget* parent)
    : QDialog(parent), m_tabs(new QTabWidget(this)), m_trouble(new QLabel(this)) {
    setObjectName(u"valueViewer"_s);
    setWindowTitle(title);
    setAttribute(Qt::WA_DeleteOnClose);
    resize(640, 520);
    m_tabs->setAccessibleName(tr("Values"));
    m_tabs->setDocumentMode(true);
    m_tabs->setTabBarAutoHide(true);
    m_tabs->setFocusProxy(nullptr); // its bar, which may be hidden: Tab would end there
    m_tabs->setFocusPolicy(Qt::NoFocus);
    for (const auto& [name, value] : values)
        if (!value.isEmpty())
            m_tabs->addTab(new ValuePage(value, themes, m_tabs), name);
    m_trouble->setProperty("role", u"failed"_s);
    m_trouble->setWordWrap(true);
    m_trouble->hide();
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    auto* copy = buttons->addButton(tr("Copy"), QDialogButtonBox::ActionRole);
    copy->setObjectName(u"copyValue"_s);
    auto* saveAs = buttons->addButton(tr("Save…"), QDialogButtonBox::ActionRole);
    auto* column = new QVBoxLayout(this);
    column->addWidget(m_tabs, 1);
    column->addWidget(m_trouble);
    column->addWidget(buttons);
    connect(copy, &QPushButton::clicked, this,
            [this] { QApplication::clipboard()->setText(QString::fromUtf8(current())); });
    connect(saveAs, &QPushButton::clicked, this, &ValueViewer::save);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
}

bool ValueViewer::shows(const QString& title,
                        const std::vector<std::pair<QString, QByteArray>>& values) const {
    int tab = 0;
    for (const auto& [name, value] : values) {
        if (value.isEmpty())
            continue;
        const auto* page = qobject_cast<const ValuePage*>(m_tabs->widget(tab));
        if (!page || m_tabs->tabText(tab++) != name || page->value() != value)
            return false;
    }
    return windowTitle() == title && tab == m_tabs->count();
}

QByteArray ValueViewer::current() const {
    const auto* page = qobject_cast<const ValuePage*>(m_tabs->currentWidget());
    return page ? page->value() : QByteArray();
}

void ValueViewer::save() {
    auto* dialog = new QFileDialog(this, tr("Save the value"), {}, tr("JSON (*.json);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"json"_s);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        QSaveFile file(path);
        const QByteArray value = current();
        const bool saved =
            file.open(QIODevice::WriteOnly) && file.write(value) == value.size() && commitWhole(file);
        m_trouble->setText(saved ? QString() : tr("It could not be saved: %1").arg(file.errorString()));
        m_trouble->setVisible(!saved);
    });
    dialog->open();
}

} // namespace apex::ui
