// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/transcript/text_viewer.h"

#include "ui/transcript/long_text_view.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

namespace apex::ui {

TextViewer::TextViewer(const Theme& theme, const QString& text, QWidget* parent)
    : QWidget(parent, Qt::Window), m_view(new LongTextView(theme, this)), m_words(new QLineEdit(this)),
      m_facts(new QLabel(this)) {
    setObjectName(QStringLiteral("textViewer"));
    setAccessibleName(tr("Whole text"));
    m_words->setObjectName(QStringLiteral("textViewerWords"));
    m_words->setPlaceholderText(tr("Find in this text"));
    m_words->setAccessibleName(tr("Words to find"));
    m_facts->setTextFormat(Qt::PlainText);
    m_facts->setProperty("role", QStringLiteral("muted"));
    auto* copy = new QPushButton(tr("Copy all"), this);
    connect(copy, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(m_view->text()); });
    auto* row = new QHBoxLayout;
    row->setContentsMargins(spacing::m, spacing::s, spacing::m, spacing::s);
    row->setSpacing(spacing::s);
    row->addWidget(m_words, 1);
    row->addWidget(m_facts);
    row->addWidget(copy);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(row);
    column->addWidget(m_view, 1);
    connect(m_view, &LongTextView::counted, this, &TextViewer::showFacts);
    connect(m_words, &QLineEdit::returnPressed, this, [this] { findFrom(false); });
    auto* find = new QAction(this);
    find->setShortcut(QKeySequence::Find);
    connect(find, &QAction::triggered, m_words, [this] { m_words->setFocus(Qt::ShortcutFocusReason); });
    addAction(find);
    resize(QFontMetrics(theme.fonts.mono).horizontalAdvance(u'M') * 110, 640);
    m_view->setText(text);
    m_view->setFocus();
    showFacts();
}

void TextViewer::showFacts() {
    const QLocale locale;
    const QString size = locale.formattedDataSize(m_view->text().size());
    m_facts->setText(m_view->isCounted()
                         ? tr("%1, %2 lines on screen").arg(size, locale.toString(m_view->countedLines()))
                         : tr("%1, counting lines").arg(size));
}

void TextViewer::findFrom(bool backwards) {
    if (!m_view->find(m_words->text(), backwards))
        m_facts->setText(tr("Nothing found"));
    else
        showFacts();
}

void TextViewer::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape)
        close();
    else if (event->key() == Qt::Key_F3)
        findFrom(event->modifiers().testFlag(Qt::ShiftModifier));
    else
        QWidget::keyPressEvent(event);
}

} // namespace apex::ui
