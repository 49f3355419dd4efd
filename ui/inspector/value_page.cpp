// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/value_page.h"

#include "models/run_text.h"

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QStackedWidget>
#include <QTreeView>
#include <QVBoxLayout>

namespace apex::ui {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kValueBytes = 1024 * 1024;
constexpr int kOpenedBelow = 200; // rows: small documents open whole

} // namespace

ValuePage::ValuePage(const QByteArray& value, const ThemeProvider& themes, QWidget* parent)
    : QWidget(parent), m_themes(themes), m_value(value), m_pages(new QStackedWidget(this)),
      m_tree(new QTreeView(m_pages)), m_text(new QPlainTextEdit(m_pages)), m_remark(new QLabel(this)),
      m_asText(new QCheckBox(tr("As text"), this)) {
    const bool json = m_model.setJson(m_value);
    buildTree();
    m_text->setObjectName(u"valueText"_s);
    m_text->setAccessibleName(tr("Value as text"));
    m_text->setReadOnly(true);
    m_pages->addWidget(m_tree);
    m_pages->addWidget(m_text);
    m_asText->setObjectName(u"valueAsText"_s);
    m_asText->setVisible(json);
    m_remark->setProperty("role", u"caption"_s);
    m_remark->setWordWrap(true);
    auto* below = new QHBoxLayout;
    below->addWidget(m_remark, 1);
    below->addWidget(m_asText);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, spacing::s, 0, 0);
    column->addWidget(m_pages, 1);
    column->addLayout(below);
    if (m_model.isCut())
        m_remark->setText(tr("The tree shows the first %1 values.").arg(models::JsonTreeModel::maxNodes));
    connect(m_asText, &QCheckBox::toggled, this, &ValuePage::showText);
    connect(&m_themes, &ThemeProvider::changed, this, &ValuePage::applyTheme);
    applyTheme();
    showText(!json);
}

void ValuePage::buildTree() {
    m_tree->setObjectName(u"valueTree"_s);
    m_tree->setAccessibleName(tr("Value as a tree"));
    m_tree->setModel(&m_model);
    m_tree->setUniformRowHeights(true);
    m_tree->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_tree->header()->setSectionResizeMode(models::JsonTreeModel::NameColumn, QHeaderView::Interactive);
    m_tree->header()->resizeSection(models::JsonTreeModel::NameColumn, 200);
    m_tree->header()->setStretchLastSection(true);
    if (m_model.rowCount() < kOpenedBelow)
        m_tree->expandToDepth(1);
    auto* copy = new QAction(tr("Copy value"), m_tree);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    connect(copy, &QAction::triggered, this, &ValuePage::copyChosen);
    m_tree->addAction(copy);
    auto* path = new QAction(tr("Copy path"), m_tree);
    connect(path, &QAction::triggered, this,
            [this] { QApplication::clipboard()->setText(m_model.pathOf(m_tree->currentIndex())); });
    m_tree->addAction(path);
}

void ValuePage::copyChosen() {
    const QModelIndex value = m_tree->currentIndex().siblingAtColumn(models::JsonTreeModel::ValueColumn);
    const QString whole = value.data(Qt::ToolTipRole).toString();
    QApplication::clipboard()->setText(whole.isEmpty() ? value.data(Qt::DisplayRole).toString() : whole);
}

void ValuePage::showText(bool wanted) {
    if (wanted && !m_filled) {
        bool cut = false;
        m_text->setPlainText(models::frameText(m_value, kValueBytes, &cut));
        m_filled = true;
        if (cut)
            m_remark->setText(tr("Shortened here; Copy and Save take everything."));
    }
    m_pages->setCurrentWidget(wanted ? static_cast<QWidget*>(m_text) : m_tree);
}

void ValuePage::applyTheme() {
    m_text->setFont(m_themes.theme().fonts.mono);
}

} // namespace apex::ui
