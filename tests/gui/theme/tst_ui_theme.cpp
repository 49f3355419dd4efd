// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/elided_button.h"
#include "ui/theme/elided_label.h"
#include "ui/theme/glyph.h"
#include "ui/theme/theme_icon.h"
#include "ui/theme/theme_provider.h"

#include <QApplication>
#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPainter>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QStyle>
#include <QTest>

using namespace apex::ui;
using namespace Qt::StringLiterals;

class TestUiTheme final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void contrastIsComputedAsInTheStandard();
    void everyColourReads_data();
    void everyColourReads();
    void programUsesTheFilesColours();
    void systemSchemeFollowsThePalette();
    void highContrastKeepsTheSystemsPalette();
    void textScaleIsBounded();
    void everyIconDraws();
    void everyGlyphDraws();
    void elidedWordsKeepTheirFullName();
    void wordsWrapBeforeTheyShorten();
    void disabledIsSeenInHighContrast();

private:
    static QMap<QString, QColor> colours(const QString& name);
    std::unique_ptr<ThemeProvider> m_themes;
};

void TestUiTheme::initTestCase() {
    m_themes = std::make_unique<ThemeProvider>(*qApp);
}

QMap<QString, QColor> TestUiTheme::colours(const QString& name) {
    QFile file(QStringLiteral(APEX_SOURCE_DIR) + u"/resources/themes/"_s + name + u".json"_s);
    QMap<QString, QColor> result;
    if (!file.open(QIODevice::ReadOnly))
        return result;
    const auto table = QJsonDocument::fromJson(file.readAll()).object().value(u"colours"_s).toObject();
    for (auto it = table.begin(); it != table.end(); ++it)
        result.insert(it.key(), QColor(it.value().toString()));
    return result;
}

void TestUiTheme::contrastIsComputedAsInTheStandard() {
    QVERIFY(qAbs(contrastRatio(Qt::white, Qt::black) - 21.0) < 0.01);
    QVERIFY(qAbs(contrastRatio(QColor(u"#767676"_s), Qt::white) - 4.54) < 0.01);
    QVERIFY(qAbs(contrastRatio(Qt::red, Qt::red) - 1.0) < 0.001);
}

void TestUiTheme::everyColourReads_data() {
    QTest::addColumn<QString>("theme");
    QTest::addColumn<QString>("role");
    QTest::addColumn<QString>("surface");
    QTest::addColumn<double>("least");
    const QStringList words{u"text"_s, u"muted"_s,     u"accent"_s, u"thinking"_s,
                            u"tool"_s, u"completed"_s, u"failed"_s, u"warning"_s};
    for (const QString& theme : {u"light"_s, u"dark"_s, u"high-contrast"_s}) {
        for (const QString& surface : {u"window"_s, u"panel"_s, u"alternate"_s, u"selection"_s}) {
            for (const QString& role : words)
                QTest::addRow("%s: %s on %s", qPrintable(theme), qPrintable(role), qPrintable(surface))
                    << theme << role << surface << 4.5;
            QTest::addRow("%s: border on %s", qPrintable(theme), qPrintable(surface))
                << theme << u"border"_s << surface << 3.0;
        }
        for (const QString& surface : {u"found"_s, u"foundCurrent"_s}) {
            for (const QString& role : {u"text"_s, u"muted"_s, u"accent"_s})
                QTest::addRow("%s: %s on %s", qPrintable(theme), qPrintable(role), qPrintable(surface))
                    << theme << role << surface << 4.5;
        }
        for (const QString& role :
             {u"codeKeyword"_s, u"codeString"_s, u"codeNumber"_s, u"codeComment"_s, u"codeName"_s}) {
            for (const QString& surface : {u"panel"_s, u"selection"_s, u"found"_s, u"foundCurrent"_s})
                QTest::addRow("%s: %s on %s", qPrintable(theme), qPrintable(role), qPrintable(surface))
                    << theme << role << surface << 4.5;
        }
        QTest::addRow("%s: words of the primary button", qPrintable(theme))
            << theme << u"onPrimary"_s << u"primary"_s << 4.5;
        QTest::addRow("%s: primary button on window", qPrintable(theme))
            << theme << u"primary"_s << u"window"_s << 3.0;
    }
}

void TestUiTheme::everyColourReads() {
    QFETCH(QString, theme);
    QFETCH(QString, role);
    QFETCH(QString, surface);
    QFETCH(double, least);
    const auto table = colours(theme);
    QVERIFY(table.value(role).isValid());
    QVERIFY(table.value(surface).isValid());
    const double ratio = contrastRatio(table.value(role), table.value(surface));
    QVERIFY2(ratio >= least, qPrintable(QString::number(ratio)));
}

void TestUiTheme::programUsesTheFilesColours() {
    for (const auto& [scheme, name] :
         {std::pair{ColourScheme::Light, u"light"_s}, std::pair{ColourScheme::Dark, u"dark"_s},
          std::pair{ColourScheme::HighContrast, u"high-contrast"_s}}) {
        const Theme theme = makeTheme(scheme, {}, systemBaseFont(), 1.0);
        const auto table = colours(name);
        QCOMPARE(table.size(), 23);
        const auto& c = theme.colours;
        const QMap<QString, QColor> used{{u"window"_s, c.window},
                                         {u"panel"_s, c.panel},
                                         {u"alternate"_s, c.alternate},
                                         {u"text"_s, c.text},
                                         {u"muted"_s, c.muted},
                                         {u"border"_s, c.border},
                                         {u"divider"_s, c.divider},
                                         {u"accent"_s, c.accent},
                                         {u"thinking"_s, c.thinking},
                                         {u"tool"_s, c.tool},
                                         {u"completed"_s, c.completed},
                                         {u"failed"_s, c.failed},
                                         {u"warning"_s, c.warning},
                                         {u"selection"_s, c.selection},
                                         {u"primary"_s, c.primary},
                                         {u"onPrimary"_s, c.onPrimary},
                                         {u"found"_s, c.found},
                                         {u"foundCurrent"_s, c.foundCurrent},
                                         {u"codeKeyword"_s, c.codeKeyword},
                                         {u"codeString"_s, c.codeString},
                                         {u"codeNumber"_s, c.codeNumber},
                                         {u"codeComment"_s, c.codeComment},
                                         {u"codeName"_s, c.codeName}};
        for (auto it = used.begin(); it != used.end(); ++it)
            QCOMPARE(it.value().name(), table.value(it.key()).name());
        QCOMPARE(theme.isDark(), scheme != ColourScheme::Light);
    }
}

void TestUiTheme::systemSchemeFollowsThePalette() {
    m_themes->setChoice(SchemeChoice::System);
    QCOMPARE(m_themes->theme().scheme, ColourScheme::Light); // the offscreen platform has a light palette
    QSignalSpy changed(m_themes.get(), &ThemeProvider::changed);
    m_themes->setChoice(SchemeChoice::Dark);
    QCOMPARE(changed.count(), 1);
    QCOMPARE(m_themes->theme().scheme, ColourScheme::Dark);
    QCOMPARE(qApp->palette().color(QPalette::Base), m_themes->theme().colours.window);
    m_themes->setChoice(SchemeChoice::Dark);
    QCOMPARE(changed.count(), 1);
    m_themes->systemLookChanged();
    QCOMPARE(m_themes->theme().scheme, ColourScheme::Dark); // an explicit choice stays
}

void TestUiTheme::highContrastKeepsTheSystemsPalette() {
    QPalette system;
    system.setColor(QPalette::Window, Qt::black);
    system.setColor(QPalette::Base, Qt::black);
    system.setColor(QPalette::WindowText, Qt::yellow);
    system.setColor(QPalette::Text, Qt::yellow);
    const Theme theme = makeTheme(ColourScheme::HighContrast, system, systemBaseFont(), 1.0);
    QCOMPARE(theme.colours.window, QColor(Qt::black));
    for (const QColor& colour :
         {theme.colours.text, theme.colours.tool, theme.colours.failed, theme.colours.border})
        QCOMPARE(colour, QColor(Qt::yellow));
    QVERIFY(theme.systemColours);
    // A desktop without it gets ours, at 7:1 and more everywhere.
    m_themes->setChoice(SchemeChoice::HighContrast);
    QVERIFY(!m_themes->theme().systemColours);
    const auto& c = m_themes->theme().colours;
    for (const QColor& ground : {c.window, c.panel, c.alternate, c.selection})
        for (const QColor& words : {c.text, c.muted, c.accent, c.tool, c.failed, c.warning})
            QVERIFY(contrastRatio(words, ground) >= 7.0);
    // And a desktop that has it is followed without being asked.
    QVERIFY(isHighContrast(system));
    QVERIFY(!isHighContrast(qApp->style()->standardPalette()));
    m_themes->setChoice(SchemeChoice::Light);
    QVERIFY(!qApp->styleSheet().isEmpty());
    QVERIFY2(!qApp->styleSheet().contains(u'@'), "a colour name was not replaced");
}

void TestUiTheme::textScaleIsBounded() {
    const qreal before = m_themes->theme().fonts.body.pointSizeF();
    m_themes->setTextScale(2.0);
    QVERIFY(qAbs(m_themes->theme().fonts.body.pointSizeF() - 2 * before) < 0.01);
    m_themes->setTextScale(7.0);
    QCOMPARE(m_themes->textScale(), 2.0);
    m_themes->setTextScale(1.0);
    QCOMPARE(m_themes->theme().fonts.body.pointSizeF(), before);
}

void TestUiTheme::everyIconDraws() {
    const QStringList files = QDir(u":/icons"_s).entryList({u"*.svg"_s});
    QVERIFY(files.size() > 20);
    for (const QString& file : files) {
        const QString name = file.chopped(4);
        const QImage image = themeIcon(name, Qt::red).pixmap(32, 32).toImage();
        int painted = 0;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                painted += qAlpha(image.pixel(x, y)) > 100;
        QVERIFY2(painted > 10, qPrintable(name));
    }
}

void TestUiTheme::everyGlyphDraws() {
    std::vector<QImage> pictures;
    for (int i = 0; i <= static_cast<int>(Glyph::Key); ++i) {
        QImage image(32, 32, QImage::Format_ARGB32_Premultiplied);
        image.fill(Qt::white);
        QPainter painter(&image);
        paintGlyph(painter, QRectF(0, 0, 32, 32), static_cast<Glyph>(i), Qt::black);
        painter.end();
        for (const QImage& other : pictures)
            QVERIFY2(other != image, qPrintable(QString::number(i))); // shapes differ without colour
        pictures.push_back(image);
    }
}

void TestUiTheme::elidedWordsKeepTheirFullName() {
    ElidedLabel label;
    label.setFullText(u"A title that is far too long for the room it gets in the header"_s);
    label.resize(120, 24);
    label.show();
    QVERIFY(label.text().endsWith(u'…'));
    QCOMPARE(label.accessibleName(), label.fullText());
}

void TestUiTheme::wordsWrapBeforeTheyShorten() {
    ElidedButton button;
    button.setMostLines(2);
    button.setFullText(u"Violation: an event came after the run had ended, and then another one came"_s);
    button.resize(200, 60);
    button.show();
    QCOMPARE(button.text().count(u'\n'), 1);
    QVERIFY(button.text().endsWith(u'…'));
    button.resize(2000, 60);
    QCOMPARE(button.text(), button.fullText());
}

void TestUiTheme::disabledIsSeenInHighContrast() {
    m_themes->setChoice(SchemeChoice::HighContrast);
    const Theme& theme = m_themes->theme();
    QVERIFY(theme.disabledText() != theme.colours.text);
    QVERIFY(contrastRatio(theme.disabledText(), theme.colours.window) >= 4.5);
    QVERIFY(qApp->styleSheet().contains(u"dashed"_s));
    QVERIFY(!qApp->styleSheet().contains(u'@'));
    m_themes->setChoice(SchemeChoice::Light);
    QCOMPARE(theme.disabledText(), theme.colours.muted);
    QVERIFY(!qApp->styleSheet().contains(u"dashed"_s));
    static const QRegularExpression picture(u"url\\(([^)]+)\\)"_s);
    for (auto found = picture.globalMatch(qApp->styleSheet()); found.hasNext();)
        QVERIFY(QFile::exists(found.next().captured(1)));
}

QTEST_MAIN(TestUiTheme)
#include "tst_ui_theme.moc"
