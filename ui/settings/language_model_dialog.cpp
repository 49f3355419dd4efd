// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/language_model_dialog.h"

#include "ui/theme/error_box.h"
#include "ui/theme/flow_scroll.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScreen>
#include <QShowEvent>
#include <QVBoxLayout>

namespace apex::ui {

using namespace Qt::StringLiterals;

namespace {

QLabel* wrappedLabel(QWidget* parent) {
    auto* label = new QLabel(parent);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

} // namespace

LanguageModelDialog::LanguageModelDialog(const ThemeProvider& themes, QWidget* parent)
    : QDialog(parent), m_scroll(new FlowScroll(FlowScroll::Fit::Whole, this)),
      m_form(new QVBoxLayout(m_scroll->content())), m_state(wrappedLabel(this)),
      m_error(new ErrorBox(themes, this)), m_progress(wrappedLabel(this)),
      m_set(new QPushButton(tr("Switch on"), this)), m_try(new QPushButton(tr("Try it"), this)),
      m_off(new QPushButton(tr("Switch off"), this)) {
    setObjectName(u"languageModelDialog"_s);
    setWindowTitle(tr("Language model"));
    setMinimumWidth(qRound(480 * themes.textScale()));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(spacing::l, spacing::l, spacing::l, spacing::l);
    column->setSpacing(spacing::m);
    column->addWidget(m_scroll, 1);
    m_form->setContentsMargins(0, 0, 0, 0);
    m_form->setSpacing(spacing::xs);
    buildForm();
    m_state->setObjectName(u"modelState"_s);
    m_progress->setObjectName(u"modelProgress"_s);
    m_progress->setProperty("role", u"muted"_s);
    m_progress->hide();
    m_form->addSpacing(spacing::s);
    m_form->addWidget(m_progress);
    m_form->addWidget(m_error);
    m_form->addStretch();
    buildButtons();
    showState(std::nullopt, {});
}

void LanguageModelDialog::buildForm() {
    auto* words = wrappedLabel(this);
    words->setText(
        tr("The agents of this computer work by rules. A language model may choose further queries "
           "and word the answer; sentences with figures that no tool gave are left out."));
    words->setProperty("role", u"muted"_s);
    m_form->addWidget(m_state);
    m_form->addWidget(words);
    m_address = addField(tr("&Address of an OpenAI-compatible endpoint"), u"modelAddress"_s,
                         u"http://127.0.0.1:11434/v1"_s);
    m_model = addField(tr("&Model"), u"modelName"_s, tr("its name at the endpoint"));
    m_key = addField(tr("API &key, if it wants one"), u"modelKey"_s, {});
    m_key->setEchoMode(QLineEdit::Password);
    m_key->setInputMethodHints(Qt::ImhSensitiveData | Qt::ImhHiddenText | Qt::ImhNoPredictiveText);
}

QLineEdit* LanguageModelDialog::addField(const QString& words, const QString& name, const QString& example) {
    auto* field = new QLineEdit(this);
    field->setObjectName(name);
    field->setProperty("size", u"large"_s);
    field->setPlaceholderText(example);
    field->setAccessibleName(QString(words).remove(u'&'));
    auto* label = new QLabel(words, this);
    label->setBuddy(field);
    m_form->addSpacing(spacing::s);
    m_form->addWidget(label);
    m_form->addWidget(field);
    connect(field, &QLineEdit::textChanged, this, &LanguageModelDialog::refresh);
    return field;
}

void LanguageModelDialog::buildButtons() {
    m_set->setObjectName(u"modelSet"_s);
    m_set->setProperty("role", u"primary"_s);
    m_set->setDefault(true);
    m_try->setObjectName(u"modelTry"_s);
    m_off->setObjectName(u"modelOff"_s);
    auto* close = new QPushButton(tr("Close"), this);
    auto* row = new QHBoxLayout;
    row->setSpacing(spacing::s);
    row->addWidget(m_off);
    row->addWidget(m_try);
    row->addStretch();
    row->addWidget(close);
    row->addWidget(m_set);
    static_cast<QVBoxLayout*>(layout())->addLayout(row);
    connect(m_set, &QPushButton::clicked, this, [this] {
        wait(tr("Switching on…"));
        Q_EMIT setRequested(
            {m_address->text().trimmed(), m_model->text().trimmed(), !m_key->text().isEmpty()});
    });
    connect(m_try, &QPushButton::clicked, this, [this] {
        wait(tr("Asking the endpoint twice, once for words and once for a tool call…"));
        Q_EMIT trialRequested();
    });
    connect(m_off, &QPushButton::clicked, this, [this] {
        wait(tr("Switching off…"));
        Q_EMIT offRequested();
    });
    connect(close, &QPushButton::clicked, this, &QDialog::close);
}

void LanguageModelDialog::showState(const std::optional<LanguageModelChoice>& choice,
                                    const QString& sentence) {
    const bool edited = !m_waiting && (m_address->isModified() || m_model->isModified());
    m_on = choice;
    m_waiting = false;
    m_progress->hide();
    m_error->setError({});
    m_state->setText(!sentence.isEmpty()
                         ? sentence
                         : tr("No language model is on. Answers are made by rules, and nothing leaves this "
                              "computer."));
    if (choice && !edited) { // what somebody is typing stays
        m_address->setText(choice->address);
        m_model->setText(choice->model);
    }
    m_key->setPlaceholderText(choice && choice->hasKey ? tr("in the keychain; type to replace it")
                                                       : QString());
    refresh();
}

void LanguageModelDialog::showError(const Error& error) {
    m_waiting = false;
    m_progress->hide();
    m_error->setError(error);
    refresh();
}

void LanguageModelDialog::showTrial(const QStringList& lines) {
    m_waiting = false;
    m_error->setError({});
    m_progress->setText(lines.join(u'\n'));
    m_progress->show();
    refresh();
}

Secret LanguageModelDialog::takeKey() {
    Secret key(m_key->text().trimmed().toUtf8());
    m_key->clear();
    return key;
}

void LanguageModelDialog::wait(const QString& words) {
    m_waiting = true;
    m_error->setError({});
    m_progress->setText(words);
    m_progress->show();
    refresh();
}

void LanguageModelDialog::refresh() {
    const QString address = m_address->text().trimmed();
    const QString model = m_model->text().trimmed();
    const bool same = m_on && m_on->address == address && m_on->model == model && m_key->text().isEmpty();
    m_set->setText(m_on ? tr("Use this one") : tr("Switch on"));
    m_set->setEnabled(!m_waiting && !same && !address.isEmpty() && !model.isEmpty());
    m_try->setVisible(m_on.has_value());
    m_off->setVisible(m_on.has_value());
    m_try->setEnabled(!m_waiting && same);
    m_off->setEnabled(!m_waiting);
    for (QLineEdit* field : {m_address, m_model, m_key})
        field->setEnabled(!m_waiting);
    growToWords();
}

/// As high as the words want, as far as the screen goes; beyond that they scroll and the buttons stay.
void LanguageModelDialog::growToWords() {
    if (!isVisible())
        return;
    m_form->activate();
    const int words = m_scroll->contentHeight(m_scroll->width());
    const int wanted = height() - m_scroll->height() + words;
    resize(width(), std::min(std::max(height(), wanted), screen()->availableSize().height() * 9 / 10));
}

void LanguageModelDialog::showEvent(QShowEvent* event) {
    QDialog::showEvent(event);
    layout()->activate();
    growToWords();
}

} // namespace apex::ui
