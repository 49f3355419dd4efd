// SPDX-License-Identifier: GPL-3.0-or-later
// Every window in a language whose words are 40 % longer, from right to left, and at 200 % text: nothing is
// clipped.
#include "support/long_words.h"
#include "support/offline_session.h"
#include "support/sample_runs.h"
#include "ui/shell/main_window.h"
#include "ui/shell/status_chip.h"
#include "ui/theme/elided_button.h"
#include "ui/theme/elided_label.h"
#include "ui/timeline/timeline_panel.h"
#include "ui/timeline/timeline_view.h"
#include "ui/timeline/waterfall_view.h"

#include <QAbstractButton>
#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QScrollArea>
#include <QTest>
#include <QToolButton>

using namespace apex;
using namespace apex::ui;
using namespace Qt::StringLiterals;

namespace {

QString describe(const QWidget* widget, const QString& text, QSize wanted) {
    return u"%1 '%2' \"%3\": %4x%5, wants %6x%7"_s
        .arg(QString::fromLatin1(widget->metaObject()->className()), widget->objectName(), text.left(80))
        .arg(widget->width())
        .arg(widget->height())
        .arg(wanted.width())
        .arg(wanted.height());
}

/// Rounding of fractional font metrics.
constexpr int kSlack = 2;

void checkLabel(const QLabel* label, QStringList& clipped) {
    if (label->text().isEmpty() || qobject_cast<const ElidedLabel*>(label))
        return;
    if (label->sizePolicy().horizontalPolicy() == QSizePolicy::Ignored)
        return; // the status line: shortened on purpose, whole in its accessible name
    const QSize wanted =
        label->wordWrap() ? QSize(0, label->heightForWidth(label->width())) : label->sizeHint();
    if (label->width() + kSlack < wanted.width() || label->height() + kSlack < wanted.height())
        clipped << describe(label, label->text(), wanted);
}

void checkButton(const QAbstractButton* button, QStringList& clipped) {
    if (button->text().isEmpty() || qobject_cast<const ElidedButton*>(button) ||
        qobject_cast<const StatusChip*>(button)) // both shorten their words and say them whole
        return;
    const auto* tool = qobject_cast<const QToolButton*>(button);
    if (tool && tool->toolButtonStyle() == Qt::ToolButtonIconOnly && !tool->icon().isNull())
        return;
    const QSize wanted(button->fontMetrics().size(Qt::TextShowMnemonic, button->text()));
    if (button->width() + kSlack < wanted.width() || button->height() + kSlack < wanted.height())
        clipped << describe(button, button->text(), wanted);
}

/// Inside its parents as far as it does not lie in something that scrolls.
void checkPlace(const QWidget* widget, QStringList& clipped) {
    for (const QWidget* inner = widget; inner && !inner->isWindow(); inner = inner->parentWidget()) {
        const QWidget* outer = inner->parentWidget();
        if (!outer || outer->inherits("QScrollArea") || outer->objectName() == "qt_scrollarea_viewport"_L1)
            return;
    }
    const QWidget* window = widget->window();
    const QRect place(widget->mapTo(window, QPoint(0, 0)), widget->size());
    if (!window->rect().adjusted(-kSlack, -kSlack, kSlack, kSlack).contains(place))
        clipped << u"outside the window: "_s + describe(widget, {}, {});
}

QStringList clippedIn(QWidget& window) {
    QStringList clipped;
    for (const QWidget* widget : window.findChildren<QWidget*>()) {
        if (!widget->isVisible() || widget->visibleRegion().isEmpty())
            continue;
        if (const auto* label = qobject_cast<const QLabel*>(widget)) {
            checkLabel(label, clipped);
            checkPlace(label, clipped);
        } else if (const auto* scroll = qobject_cast<const QScrollArea*>(widget)) {
            const bool sideways = scroll->horizontalScrollBarPolicy() != Qt::ScrollBarAlwaysOff;
            if (!sideways && scroll->widget() &&
                scroll->widget()->width() > scroll->viewport()->width() + kSlack)
                clipped << describe(scroll, u"content is wider"_s, scroll->widget()->size());
        } else if (const auto* button = qobject_cast<const QAbstractButton*>(widget)) {
            checkButton(button, clipped);
            checkPlace(button, clipped);
        }
    }
    return clipped;
}

void settle() {
    QTest::qWait(120); // layouts, elision and the flush of streamed text
}

} // namespace

class TestUiLanguages final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_themes = std::make_unique<ThemeProvider>(*qApp); }
    void cleanup() {
        qApp->setLayoutDirection(Qt::LeftToRight);
        m_themes->setTextScale(1.0);
    }
    void nothingIsClipped_data();
    void nothingIsClipped();
    void rightToLeftMirrorsPanesButNotTime();
    void theWalkSeesClippedText();

private:
    std::unique_ptr<ThemeProvider> m_themes;
};

void TestUiLanguages::nothingIsClipped_data() {
    QTest::addColumn<bool>("longWords");
    QTest::addColumn<bool>("rightToLeft");
    QTest::addColumn<double>("scale");
    QTest::addColumn<QSize>("size");
    QTest::addRow("plain") << false << false << 1.0 << QSize(1280, 800);
    QTest::addRow("long words") << true << false << 1.0 << QSize(1280, 800);
    QTest::addRow("long words, narrow") << true << false << 1.0 << QSize(800, 600);
    QTest::addRow("long words, right to left") << true << true << 1.0 << QSize(1280, 800);
    QTest::addRow("long words, 150 %%") << true << false << 1.5 << QSize(1440, 900);
    QTest::addRow("200 %%") << false << false << 2.0 << QSize(1280, 800);
}

void TestUiLanguages::nothingIsClipped() {
    QFETCH(bool, longWords);
    QFETCH(bool, rightToLeft);
    QFETCH(double, scale);
    QFETCH(QSize, size);
    test::LongWords words;
    if (longWords)
        QVERIFY(qApp->installTranslator(&words));
    qApp->setLayoutDirection(rightToLeft ? Qt::RightToLeft : Qt::LeftToRight);
    m_themes->setTextScale(scale);
    test::OfflineSession offline(true);
    WindowSettings(offline.paths()).setTextScale(scale);
    MainWindow window(offline.session(), *m_themes, offline.paths());
    window.resize(size);
    window.show();
    settle();
    QStringList clipped;
    const auto look = [&](const QString& state) {
        settle();
        for (const QString& line : clippedIn(window))
            clipped << state + u": "_s + line;
    };
    look(u"sign-in"_s);
    offline.signIn();
    QTRY_VERIFY(window.conversation());
    look(u"new chat"_s);
    test::FakeClock clock;
    auto* panel = window.findChild<TimelinePanel*>();
    test::playRunningRun(*window.conversation(), clock, u"run-1"_s);
    panel->setWaterfallShown(true);
    panel->setFilterShown(true);
    look(u"running"_s);
    window.conversation()->endOfInput(clock.monoNow());
    look(u"no outcome"_s);
    test::playFailedRun(*window.conversation(), clock, u"run-2"_s);
    look(u"failed"_s);
    test::playHealthyRun(*window.conversation(), clock, u"run-3"_s);
    panel->view()->setOpen(2, true);
    look(u"completed"_s);
    qApp->removeTranslator(&words);
    QVERIFY2(clipped.isEmpty(), qPrintable(u'\n' + clipped.join(u'\n')));
}

void TestUiLanguages::rightToLeftMirrorsPanesButNotTime() {
    qApp->setLayoutDirection(Qt::RightToLeft);
    test::OfflineSession offline;
    MainWindow window(offline.session(), *m_themes, offline.paths());
    window.resize(1280, 800);
    window.show();
    offline.signIn();
    QTRY_VERIFY(window.conversation());
    test::FakeClock clock;
    test::playHealthyRun(*window.conversation(), clock, u"run-1"_s);
    auto* panel = window.findChild<TimelinePanel*>();
    panel->setWaterfallShown(true);
    settle();
    const auto x = [&window](const QWidget* widget) { return widget->mapTo(&window, QPoint(0, 0)).x(); };
    const auto* threads = window.findChild<QWidget*>(u"threadList"_s);
    QVERIFY(threads);
    QVERIFY(x(threads) > x(panel)); // panes stand mirrored
    auto* waterfall = panel->waterfall();
    const runs::Run& run = window.conversation()->ledger().runs().front();
    int last = static_cast<int>(run.steps.size()) - 1;
    QVERIFY(waterfall->barOf(1).left() < waterfall->barOf(last).left()); // later is still to the right
}

void TestUiLanguages::theWalkSeesClippedText() {
    QWidget window;
    window.resize(200, 100);
    QLabel label(u"This text is far wider than the place it has"_s, &window);
    label.setGeometry(0, 0, 60, 20);
    window.show();
    settle();
    QCOMPARE(clippedIn(window).size(), 1);
    label.setWordWrap(true);
    label.setGeometry(0, 0, 190, 90);
    QVERIFY(clippedIn(window).isEmpty());
}

QTEST_MAIN(TestUiLanguages)
#include "tst_ui_languages.moc"
