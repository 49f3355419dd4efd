// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/composer/attachment_chip.h"

#include "ui/composer/column_dialog.h"
#include "ui/theme/elided_label.h"
#include "ui/theme/theme_icon.h"

#include <QHBoxLayout>
#include <QHash>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QToolButton>

#include <algorithm>
#include <limits>

namespace apex::ui {

namespace {

QString columnsLine(const AttachmentPreview& preview) {
    const QString names = preview.columns.join(QStringLiteral(" · ")).simplified();
    return preview.moreColumns == 0
               ? names
               : AttachmentChip::tr("%1 and %n more", nullptr, preview.moreColumns).arg(names);
}

QString rowsText(const AttachmentFacts& facts) {
    const auto rows = static_cast<int>(std::min<qint64>(*facts.rows, std::numeric_limits<int>::max()));
    const QString counted = QLocale().toString(*facts.rows);
    if (rows == 1)
        return AttachmentChip::tr("1 row");
    return facts.rowsEstimated ? AttachmentChip::tr("about %1 rows", nullptr, rows).arg(counted)
                               : AttachmentChip::tr("%1 rows", nullptr, rows).arg(counted);
}

QString filesText(qint64 files) {
    const auto count = static_cast<int>(std::min<qint64>(files, std::numeric_limits<int>::max()));
    return files == 1 ? AttachmentChip::tr("1 file")
                      : AttachmentChip::tr("%1 files", nullptr, count).arg(QLocale().toString(files));
}

/// A value that fills half a line says no more than its start.
QStringList shortened(const QStringList& values) {
    constexpr qsizetype kLongest = 24;
    QStringList result;
    for (const QString& value : values)
        result << (value.size() > kLongest ? QString(value.simplified().left(kLongest - 1) + u'…')
                                           : value.simplified());
    return result;
}

} // namespace

AttachmentChip::AttachmentChip(AttachmentFacts facts, const Theme& theme, QWidget* parent)
    : QFrame(parent), m_facts(std::move(facts)) {
    setObjectName(QStringLiteral("attachmentChip"));
    m_wantsColumns = !m_facts.files && m_facts.problem.isEmpty();
    m_icon = new QLabel(this);
    m_name = new ElidedLabel(this);
    m_detail = new QLabel(this);
    m_detail->setTextFormat(Qt::PlainText);
    m_detail->setMinimumWidth(0);
    m_detail->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Minimum);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    buildColumnsButton();
    m_remove = new QToolButton(this);
    m_remove->setObjectName(QStringLiteral("removeAttachmentButton"));
    m_remove->setAccessibleName(tr("Remove %1").arg(m_facts.name));
    m_remove->setFocusPolicy(Qt::StrongFocus);
    m_remove->setToolTip(tr("Remove"));
    connect(m_remove, &QToolButton::clicked, this, &AttachmentChip::removeRequested);

    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(m_name);
    words->addWidget(m_detail);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(spacing::s, spacing::s - 2, spacing::xs, spacing::s - 2);
    row->setSpacing(spacing::s);
    row->addWidget(m_icon, 0, Qt::AlignTop);
    row->addLayout(words, 1);
    row->addWidget(m_chooseColumns, 0, Qt::AlignTop);
    row->addWidget(m_remove, 0, Qt::AlignTop);
    setTheme(theme);
}

void AttachmentChip::buildColumnsButton() {
    m_chooseColumns = new QToolButton(this);
    m_chooseColumns->setObjectName(QStringLiteral("chooseColumnsButton"));
    m_chooseColumns->setText(tr("Columns…"));
    m_chooseColumns->setAccessibleName(tr("Correct the columns of %1").arg(m_facts.name));
    m_chooseColumns->setToolTip(tr("Say what the columns of this file are"));
    m_chooseColumns->setFocusPolicy(Qt::StrongFocus);
    m_chooseColumns->setSizePolicy(QSizePolicy::Fixed,
                                   QSizePolicy::Fixed); // the name gives way, never its words
    m_chooseColumns->hide();
    connect(m_chooseColumns, &QToolButton::clicked, this, &AttachmentChip::chooseColumns);
}

void AttachmentChip::chooseColumns() {
    auto* dialog = new ColumnDialog(m_facts.name, *m_columns, m_choices, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        m_choices = dialog->choices();
        showFacts();
    });
    dialog->open();
}

void AttachmentChip::setFacts(AttachmentFacts facts) {
    m_facts = std::move(facts);
    showFacts();
}

void AttachmentChip::setColumns(const protocol::FilePreview& preview) {
    m_wantsColumns = false;
    if (preview.columns.empty())
        return; // a log, or no table: nothing to choose, the first row stays
    m_columns = preview;
    m_chooseColumns->show();
    showFacts();
}

QWidget* AttachmentChip::firstFocusPart() const {
    return m_chooseColumns;
}

QWidget* AttachmentChip::focusPart() const {
    return m_remove;
}

/// "Amount → cost in US dollars · Day → time of the call", and below what is not used.
QString AttachmentChip::mappingText() const {
    constexpr qsizetype mostShown = 8;
    QHash<QString, QString> words;
    for (const protocol::ColumnField& field : m_columns->fields)
        words.insert(field.name, field.words);
    QStringList used;
    QStringList unused;
    for (const protocol::PreviewedColumn& column : m_columns->columns) {
        const QString field = m_choices.value(column.name, column.field);
        if (field.isEmpty())
            unused << column.name;
        else
            used << tr("%1 → %2", "column → meaning").arg(column.name, words.value(field, field));
    }
    const auto shown = [](const QStringList& list) {
        const QString first = list.mid(0, mostShown).join(QStringLiteral(" · "));
        const auto more = static_cast<int>(list.size() - mostShown);
        return more > 0 ? tr("%1 and %n more", nullptr, more).arg(first) : first;
    };
    QStringList lines;
    if (!isUsable())
        lines << tr("No column tells the model, the tokens or the cost. Say which one does.");
    if (!used.isEmpty())
        lines << shown(used);
    if (!unused.isEmpty())
        lines << tr("Not used: %1").arg(shown(unused));
    return lines.join(u'\n');
}

/// With the person's corrections any of the fields may do; the server judges again when it reads.
bool AttachmentChip::isUsable() const {
    if (!m_columns || m_columns->usable)
        return true;
    return std::any_of(m_choices.begin(), m_choices.end(),
                       [](const QString& field) { return !field.isEmpty(); });
}

QString AttachmentChip::detailText() const {
    if (!m_facts.problem.isEmpty())
        return m_facts.problem;
    if (m_columns)
        return mappingText();
    if (!m_facts.preview)
        return {};
    return columnsLine(*m_facts.preview) + QStringLiteral("\n") +
           shortened(m_facts.preview->sample).join(QStringLiteral(" · "));
}

void AttachmentChip::setTheme(const Theme& theme) {
    m_colours = theme.colours;
    m_fonts = theme.fonts;
    m_remove->setIcon(themeIcon(QStringLiteral("close"), m_colours.muted));
    showFacts();
}

void AttachmentChip::showFacts() {
    const bool bad = !m_facts.problem.isEmpty();
    const QColor colour = bad ? m_colours.failed : isUsable() ? m_colours.muted : m_colours.warning;
    m_name->setFont(m_fonts.body);
    const QFontMetrics metrics(m_fonts.body);
    const int side = std::max(16, metrics.ascent());
    m_icon->setPixmap(
        themeIcon(bad || !isUsable() ? QStringLiteral("warning") : QStringLiteral("file"), colour)
            .pixmap(side, side));
    QStringList words{m_facts.name};
    if (!bad || m_facts.bytes > 0) // of a file that cannot be read nobody knows the size
        words << QLocale().formattedDataSize(m_facts.bytes);
    if (m_facts.files)
        words << filesText(*m_facts.files);
    if (m_facts.rows)
        words << rowsText(m_facts);
    m_name->setFullText(words.join(QStringLiteral(" · ")));
    m_detail->setFont(m_fonts.caption);
    m_detail->setWordWrap(bad || m_columns);
    m_detail->setText(detailText());
    m_detail->setVisible(!detailText().isEmpty());
    QPalette palette = m_detail->palette();
    palette.setColor(QPalette::WindowText, colour);
    m_detail->setPalette(palette);
    if (m_facts.preview) {
        QStringList pairs;
        for (qsizetype i = 0; i < m_facts.preview->columns.size(); ++i)
            pairs << m_facts.preview->columns[i] + QStringLiteral(": ") + m_facts.preview->sample[i];
        setToolTip(QStringLiteral("<qt>") +
                   tr("First row: %1").arg(pairs.join(QStringLiteral(", "))).toHtmlEscaped() +
                   QStringLiteral("</qt>"));
        setAccessibleDescription(tr("First row: %1").arg(pairs.join(QStringLiteral(", ")))); // not the markup
        m_detail->setAccessibleDescription(pairs.join(QStringLiteral(", ")));
    }
    setAccessibleName(tr("Attachment %1, %2").arg(m_name->fullText(), detailText()));
    update();
}

void AttachmentChip::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(m_facts.problem.isEmpty() ? m_colours.divider : m_colours.failed, 1));
    painter.setBrush(m_colours.panel);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius::medium, radius::medium);
}

void AttachmentChip::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Delete || event->key() == Qt::Key_Backspace)
        Q_EMIT removeRequested();
    else
        QFrame::keyPressEvent(event);
}

} // namespace apex::ui
