// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/signin/arrival_page.h"

#include "ui/signin/centred_column.h"
#include "ui/signin/colour_dot.h"
#include "ui/theme/error_box.h"
#include "ui/theme/glyph.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPolygonF>
#include <QPushButton>
#include <QVBoxLayout>

#include <optional>

namespace apex::ui {

using namespace Qt::StringLiterals;
using models::StatusTone;

namespace {

/// Lets a long address break into lines where a person would break it.
QString breakable(QString address) {
    for (const QChar mark : {u'@', u'.', u'-', u'_'})
        address.replace(mark, QString(mark) + QChar(0x200b));
    return address;
}

} // namespace

/// A tick, or the shape of what is not in order; as high as a line of text.
class StateMark final : public QWidget {
public:
    StateMark(const ThemeProvider& themes, QWidget* parent) : QWidget(parent), m_themes(themes) {
        setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    }
    void setGood(const QString& words) {
        m_glyph.reset();
        setAccessibleName(words);
        refresh();
    }
    void setGlyph(Glyph glyph, const QColor& colour, const QString& words) {
        m_glyph = glyph;
        m_colour = colour;
        setAccessibleName(words);
        refresh();
    }
    [[nodiscard]] QSize sizeHint() const override {
        const int side = QFontMetrics(m_themes.theme().fonts.body).height();
        return {side, side};
    }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const QRectF box = QRectF(rect()).adjusted(2, 2, -2, -2);
        if (m_glyph)
            return paintGlyph(painter, box, *m_glyph, m_colour);
        painter.setPen(QPen(m_themes.theme().colours.completed, box.width() / 7, Qt::SolidLine, Qt::RoundCap,
                            Qt::RoundJoin));
        const auto at = [&box](qreal x, qreal y) {
            return box.topLeft() + QPointF(x * box.width(), y * box.height());
        };
        painter.drawPolyline(QPolygonF{at(0.1, 0.55), at(0.4, 0.85), at(0.92, 0.2)});
    }

private:
    void refresh() {
        updateGeometry();
        update();
    }

    const ThemeProvider& m_themes;
    std::optional<Glyph> m_glyph; ///< nullopt: a tick
    QColor m_colour;
};

ArrivalPage::ArrivalPage(const ThemeProvider& themes, QWidget* parent) : QWidget(parent), m_themes(themes) {
    setObjectName(u"arrivalPage"_s);
    setAccessibleName(tr("You are signed in"));
    m_content = addCentredColumn(this);
    auto* column = layOutColumn(m_content);
    column->addStretch(1);
    buildFacts(column);
    buildWays(column);
    buildNote(column);
    column->addStretch(2);
    connect(m_start, &QPushButton::clicked, this, &ArrivalPage::startRequested);
    connect(m_retry, &QPushButton::clicked, this, &ArrivalPage::retryRequested);
    connect(m_check, &QPushButton::clicked, this, &ArrivalPage::checkRequested);
    connect(&m_themes, &ThemeProvider::changed, this, &ArrivalPage::refresh);
    refresh();
}

void ArrivalPage::buildFacts(QVBoxLayout* column) {
    auto* title = new QLabel(tr("You are signed in"), m_content);
    title->setProperty("role", u"title"_s);
    title->setWordWrap(true);
    column->addWidget(makeProgramIcon(m_content));
    column->addSpacing(spacing::m);
    column->addWidget(title);
    m_dot = new ColourDot(m_themes, m_content);
    m_environment = new QLabel(m_content);
    m_environment->setTextFormat(Qt::PlainText);
    m_environment->setWordWrap(true);
    auto* place = new QHBoxLayout;
    place->setSpacing(spacing::s);
    place->addWidget(m_dot);
    place->addWidget(m_environment, 1);
    column->addLayout(place);
    column->addSpacing(spacing::m);
    m_who = addLine(column, u"arrivalWho"_s);
    m_kept = addLine(column, u"arrivalKept"_s);
    m_link = addLine(column, u"arrivalLink"_s);
    m_error = new ErrorBox(m_themes, m_content);
    column->addWidget(m_error);
    column->addSpacing(spacing::m);
}

void ArrivalPage::buildWays(QVBoxLayout* column) {
    m_start = new QPushButton(tr("Start"), m_content);
    m_start->setObjectName(u"startChatting"_s);
    m_start->setProperty("role", u"primary"_s);
    m_start->setProperty("size", u"large"_s);
    m_start->setAutoDefault(true);
    m_retry = new QPushButton(tr("Try again"), m_content);
    m_retry->setObjectName(u"arrivalRetry"_s);
    m_check = new QPushButton(tr("Check the connection…"), m_content);
    m_check->setObjectName(u"arrivalCheck"_s);
    column->addWidget(m_start);
    auto* row = new QHBoxLayout;
    row->addWidget(m_retry);
    row->addWidget(m_check);
    column->addLayout(row);
}

void ArrivalPage::buildNote(QVBoxLayout* column) {
    auto* note =
        new QLabel(tr("What the agents send is recorded on this computer, so that you and your support "
                      "can look at it later. Nothing goes anywhere but to this environment's server."),
                   m_content);
    note->setProperty("role", u"caption"_s);
    note->setWordWrap(true);
    column->addSpacing(spacing::s);
    column->addWidget(note);
}

ArrivalPage::Line ArrivalPage::addLine(QVBoxLayout* column, const QString& name) {
    Line line{new StateMark(m_themes, m_content), new QLabel(m_content)};
    line.words->setObjectName(name);
    line.words->setTextFormat(Qt::PlainText);
    line.words->setWordWrap(true);
    auto* row = new QHBoxLayout;
    row->setSpacing(spacing::m);
    row->addWidget(line.mark, 0, Qt::AlignTop);
    row->addWidget(line.words, 1);
    column->addLayout(row);
    return line;
}

void ArrivalPage::setLine(const Line& line, Mark mark, const QString& words) {
    switch (mark) {
    case Mark::Good:
        line.mark->setGood(tr("In order"));
        break;
    case Mark::Busy:
        line.mark->setGlyph(Glyph::Busy, m_themes.theme().colours.muted, tr("Under way"));
        break;
    case Mark::Attention:
        line.mark->setGlyph(Glyph::Warning, m_themes.theme().colours.warning, tr("Attention"));
        break;
    case Mark::Bad:
        line.mark->setGlyph(Glyph::Failed, m_themes.theme().colours.failed, tr("Failed"));
        break;
    }
    line.words->setText(words);
    line.words->setAccessibleName(QString(words).remove(QChar(0x200b))); // marks for the eye only
}

void ArrivalPage::show(const ArrivalFacts& facts) {
    m_facts = facts;
    refresh();
}

void ArrivalPage::focusFirst() {
    m_start->setFocus();
}

void ArrivalPage::refresh() {
    m_dot->setColour(QColor(m_facts.environmentColour));
    m_environment->setText(m_facts.environmentName);
    setLine(m_who, Mark::Good,
            m_facts.account.isEmpty() ? tr("The server took your sign-in.")
                                      : tr("The server knows you as %1.").arg(breakable(m_facts.account)));
    if (m_facts.sessionOnly)
        setLine(
            m_kept, Mark::Attention,
            tr("Your sign-in is in memory only and ends with this program: the keychain did not take it."));
    else
        setLine(m_kept, Mark::Good,
                tr("Your sign-in is kept in the keychain of your system; the next start does not ask."));
    refreshLink();
}

void ArrivalPage::refreshLink() {
    const bool ready = m_facts.link == StatusTone::Good;
    const bool failed = m_facts.link == StatusTone::Attention || m_facts.link == StatusTone::Problem;
    if (ready)
        setLine(m_link, Mark::Good, tr("The connection to %1 is up.").arg(m_facts.host));
    else if (failed)
        setLine(m_link, Mark::Bad,
                tr("There is no connection to %1 yet. It is tried again by itself.").arg(m_facts.host));
    else
        setLine(m_link, Mark::Busy, tr("Connecting to %1…").arg(m_facts.host));
    m_error->setError(failed ? m_facts.linkError : Error{});
    m_start->setText(failed ? tr("Start without a connection") : tr("Start"));
    m_retry->setVisible(failed);
    m_check->setVisible(failed && m_facts.checkOffered);
}

} // namespace apex::ui
