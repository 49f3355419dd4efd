// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/composer/column_dialog.h"

#include "ui/theme/elided_combo_box.h"
#include "ui/theme/elided_label.h"
#include "ui/theme/theme.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>

namespace apex::ui {

namespace {

QLabel* plainLabel(const QString& text, QWidget* parent, const char* role = nullptr) {
    auto* label = new QLabel(text, parent);
    label->setTextFormat(Qt::PlainText);
    if (role)
        label->setProperty("role", QString::fromLatin1(role));
    return label;
}

/// Shortened where it does not fit; the whole text is its accessible name and its tooltip.
ElidedLabel* shortLabel(const QString& text, QWidget* parent) {
    auto* label = new ElidedLabel(parent);
    label->setFullText(text.simplified());
    label->setToolTip(text.left(2000).toHtmlEscaped());
    return label;
}

} // namespace

ColumnDialog::ColumnDialog(const QString& fileName, const protocol::FilePreview& preview,
                           const protocol::ColumnMap& choices, QWidget* parent)
    : QDialog(parent), m_preview(preview) {
    setObjectName(QStringLiteral("columnDialog"));
    setWindowTitle(tr("Columns of %1").arg(fileName));
    auto* intro = plainLabel(
        tr("This is what the columns were taken for, by their names. Correct what is wrong before you send."),
        this);
    intro->setWordWrap(true);
    auto* scroll = new QScrollArea(this);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff); // names give way, choices never
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(buildRows(choices));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    buttons->button(QDialogButtonBox::Ok)->setText(tr("Use these"));
    buttons->button(QDialogButtonBox::Ok)->setProperty("role", QStringLiteral("primary"));
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(spacing::l, spacing::l, spacing::l, spacing::l);
    column->setSpacing(spacing::m);
    column->addWidget(intro);
    column->addWidget(scroll, 1);
    column->addWidget(buttons);
    resize(620, 420);
    if (!m_boxes.empty())
        m_boxes.front()->setFocus();
}

QWidget* ColumnDialog::buildRows(const protocol::ColumnMap& choices) {
    auto* page = new QWidget(this);
    auto* grid = new QGridLayout(page);
    grid->setContentsMargins(0, 0, spacing::s, 0);
    grid->setHorizontalSpacing(spacing::l);
    int row = 0;
    for (const QString& heading : {tr("Column"), tr("First value"), tr("Taken for")})
        grid->addWidget(plainLabel(heading, page, "heading"), 0, row++);
    row = 1;
    for (const protocol::PreviewedColumn& column : m_preview.columns) {
        const QString name =
            column.name.trimmed().isEmpty() ? tr("column %1, without a name").arg(row) : column.name;
        grid->addWidget(shortLabel(name, page), row, 0);
        auto* sample = shortLabel(column.sample, page);
        sample->setProperty("role", QStringLiteral("muted"));
        grid->addWidget(sample, row, 1);
        grid->addWidget(buildBox(column, choices.value(column.name, column.field)), row++, 2);
    }
    grid->setRowStretch(row, 1);
    grid->setColumnStretch(0, 1);
    grid->setColumnStretch(1, 1);
    return page;
}

QComboBox* ColumnDialog::buildBox(const protocol::PreviewedColumn& column, const QString& field) {
    auto* box = new ElidedComboBox(this);
    box->setMaximumWidth(240); // the values beside it are what one decides by
    box->setAccessibleName(tr("What %1 is").arg(column.name));
    box->addItem(tr("not used"), QString());
    for (const protocol::ColumnField& item : m_preview.fields)
        box->addItem(item.words, item.name);
    box->setCurrentIndex(std::max(0, box->findData(field)));
    connect(box, &QComboBox::currentIndexChanged, this, [this, box] { taken(box); });
    m_boxes.push_back(box);
    return box;
}

/// A field comes from one column: whoever had it before gives it up, in plain sight.
void ColumnDialog::taken(const QComboBox* by) {
    if (by->currentIndex() == 0)
        return;
    for (QComboBox* box : m_boxes) {
        if (box != by && box->currentIndex() == by->currentIndex())
            box->setCurrentIndex(0);
    }
}

protocol::ColumnMap ColumnDialog::choices() const {
    protocol::ColumnMap choices;
    for (std::size_t i = 0; i < m_boxes.size(); ++i) {
        const QString field = m_boxes[i]->currentData().toString();
        if (field != m_preview.columns[i].field)
            choices.insert(m_preview.columns[i].name, field);
    }
    return choices;
}

} // namespace apex::ui
