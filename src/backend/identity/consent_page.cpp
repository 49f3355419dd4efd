// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/identity/consent_page.h"

#include <QCoreApplication>
#include <QCryptographicHash>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

struct ConsentPageWords {
    Q_DECLARE_TR_FUNCTIONS(apex::backend::ConsentPage)
};

const QByteArray& styleSheet() {
    static const QByteArray css = R"css(
:root{color-scheme:light dark;--bg:#f4f6f8;--card:#fff;--text:#17212b;--soft:#51606f;--line:#d5dce3;--edge:#76828f;--accent:#1559b7;
--on-accent:#fff;--warn-bg:#fdecea;--warn:#8a1c13;--pick:#eaf2fd}
@media(prefers-color-scheme:dark){:root{--bg:#11161c;--card:#1a212a;--text:#e8edf2;--soft:#a5b1be;--line:#343f4b;--edge:#77848f;
--accent:#7db4ff;--on-accent:#0b1a2c;--warn-bg:#3b1a18;--warn:#ffb4ab;--pick:#1f2d40}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:flex;align-items:center;justify-content:center;padding:24px;background:var(--bg);
color:var(--text);font:16px/1.5 system-ui,"Segoe UI","Noto Sans",sans-serif}
main{width:100%;max-width:460px;background:var(--card);border:1px solid var(--line);border-radius:14px;padding:32px}
h1{font-size:22px;line-height:1.3;margin:0 0 8px;font-weight:600}
p{margin:0 0 12px}.soft{color:var(--soft);font-size:14px}
ul{margin:0 0 20px;padding-left:20px}li{margin:2px 0}
fieldset{border:0;margin:0 0 16px;padding:0}legend{font-weight:600;padding:0;margin-bottom:8px}
.row{display:flex;align-items:center;gap:12px;padding:10px 12px;border:1px solid var(--line);border-radius:10px;
margin-bottom:8px;cursor:pointer}
.row:has(:checked){border-color:var(--accent);background:var(--pick)}
.row input{width:18px;height:18px;margin:0;accent-color:var(--accent)}
.row small{display:block;color:var(--soft)}
label.field{display:block;margin-bottom:12px;font-size:14px;color:var(--soft)}
label.field input{display:block;width:100%;margin-top:4px;padding:9px 11px;font:inherit;font-size:16px;color:var(--text);
background:var(--bg);border:1px solid var(--edge);border-radius:8px}
@supports selector(:has(*)){form:not(:has(.new:checked)) .new-only{display:none}
form:not(:has(.locked:checked)):not(:has(.new:checked)) .password{display:none}}
.problem{background:var(--warn-bg);color:var(--warn);border-radius:10px;padding:10px 14px;margin-bottom:16px}
.buttons{display:flex;gap:12px;margin-top:20px}
button{flex:1;padding:11px 16px;font:inherit;font-weight:600;border-radius:10px;border:1px solid var(--edge);
background:transparent;color:var(--text);cursor:pointer}
button.allow{background:var(--accent);border-color:var(--accent);color:var(--on-accent);order:2}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
)css";
    return css;
}

QByteArray policy(const QByteArray& formTargets) {
    const QByteArray hash = QCryptographicHash::hash(styleSheet(), QCryptographicHash::Sha256).toBase64();
    return "default-src 'none'; style-src 'sha256-" + hash + "'; form-action " + formTargets +
           "; frame-ancestors 'none'; base-uri 'none'";
}

QByteArray document(const QString& title, const QString& body) {
    return "<!doctype html>\n<html lang=\"" + ConsentPageWords::tr("en").toUtf8() +
           "\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, "
           "initial-scale=1\"><meta name=\"referrer\" content=\"same-origin\"><title>" +
           title.toHtmlEscaped().toUtf8() + "</title><style>" + styleSheet() + "</style></head><body><main>" +
           body.toUtf8() + "</main></body></html>\n";
}

QString accountRow(const QString& value, const QString& cssClass, const QString& name, const QString& note,
                   bool checked) {
    return u"<label class=\"row\"><input type=\"radio\" name=\"account\" value=\"%1\" class=\"%2\"%3>"
           "<span>%4<small>%5</small></span></label>"_s.arg(value.toHtmlEscaped(), cssClass,
                                                            checked ? u" checked"_s : QString(),
                                                            name.toHtmlEscaped(), note.toHtmlEscaped());
}

QString accountList(const ConsentContent& content) {
    const QString chosen = !content.chosen.isEmpty()  ? content.chosen
                           : content.accounts.empty() ? u"new"_s
                                                      : content.accounts.front().id.toString();
    QString rows;
    for (const Account& account : content.accounts) {
        const QString note = account.hasPassword
                                 ? ConsentPageWords::tr("%1, needs its password").arg(account.email)
                                 : account.email;
        rows += accountRow(account.id.toString(), account.hasPassword ? u"locked"_s : u"open"_s, account.name,
                           note, chosen == account.id.toString());
    }
    return rows + accountRow(u"new"_s, u"new"_s, ConsentPageWords::tr("New account"),
                             ConsentPageWords::tr("Kept on this computer only"), chosen == "new"_L1);
}

QString hidden(const QString& name, const QString& value) {
    return u"<input type=\"hidden\" name=\"%1\" value=\"%2\">"_s.arg(name, value.toHtmlEscaped());
}

QString fields(const ConsentContent& content) {
    return u"<label class=\"field new-only\">%1<input name=\"new_name\" maxlength=\"80\" "
           u"autocomplete=\"off\" "
           "value=\"%2\"></label><label class=\"field password\">%3<input type=\"password\" "
           "name=\"password\" "
           "autocomplete=\"off\"></label>"_s.arg(
               ConsentPageWords::tr("Name of the new account").toHtmlEscaped(),
               content.suggestedName.toHtmlEscaped(),
               ConsentPageWords::tr("Password (optional for a new account)").toHtmlEscaped());
}

QString explanation(const ConsentContent& content) {
    const QString problem =
        content.problem.isEmpty()
            ? QString()
            : u"<div class=\"problem\" role=\"alert\">%1</div>"_s.arg(content.problem.toHtmlEscaped());
    const QString items = u"<li>%1</li><li>%2</li><li>%3</li>"_s.arg(
        ConsentPageWords::tr("read and write the conversations of the account you choose").toHtmlEscaped(),
        ConsentPageWords::tr("read the files you attach, and run the analysis agents on them")
            .toHtmlEscaped(),
        ConsentPageWords::tr("see the technical events of those runs").toHtmlEscaped());
    return u"<h1>%1</h1><p>%2</p><ul>%3</ul>%4"_s.arg(
        ConsentPageWords::tr("Apex Desktop wants to sign in").toHtmlEscaped(),
        ConsentPageWords::tr("It asks the backend on this computer for leave to:").toHtmlEscaped(), items,
        problem);
}

} // namespace

Page renderConsent(const ConsentContent& content) {
    const QString body =
        explanation(content) + u"<form method=\"post\" action=\"/oauth/authorize\" autocomplete=\"off\">"_s +
        hidden(u"request"_s, content.requestId) + hidden(u"form_token"_s, content.formToken) +
        u"<fieldset><legend>%1</legend>%2</fieldset>"_s.arg(ConsentPageWords::tr("Account").toHtmlEscaped(),
                                                            accountList(content)) +
        fields(content) +
        u"<p class=\"soft\">%1</p>"_s.arg(
            ConsentPageWords::tr("Everything stays on this computer. The answer goes to the app at %1.")
                .arg(content.redirectOrigin)
                .toHtmlEscaped()) +
        u"<div class=\"buttons\"><button class=\"allow\" name=\"decision\" value=\"allow\">%1</button>"
        "<button name=\"decision\" value=\"deny\">%2</button></div></form>"_s.arg(
            ConsentPageWords::tr("Allow").toHtmlEscaped(), ConsentPageWords::tr("Cancel").toHtmlEscaped());
    // Browsers apply form-action to the redirect that follows the form, and have no notation for IPv6
    // literals.
    const QByteArray target =
        content.redirectOrigin.contains(u'[') ? "http:"_ba : content.redirectOrigin.toLatin1();
    return {200, document(ConsentPageWords::tr("Sign in to Apex Desktop"), body), policy("'self' " + target)};
}

Page errorPage(int status, const QString& title, const QString& text) {
    const QString body = u"<h1>%1</h1><p>%2</p>"_s.arg(title.toHtmlEscaped(), text.toHtmlEscaped());
    return {status, document(title, body), policy("'none'")};
}

} // namespace apex::backend
