// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/composer/attachment_probe.h"

#include "session/attachment_check.h"
#include "session/attachment_folder.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLocale>
#include <QStringDecoder>

#include <algorithm>

namespace apex::ui {

namespace {

constexpr qint64 kProbeBytes = 64 * 1024;
constexpr qsizetype kShownColumns = 6;

QString say(const char* text) {
    return QCoreApplication::translate("Composer", text);
}

// Text has no NUL bytes and few other control characters; exports in UTF-16 carry a byte order mark.
bool looksBinary(const QByteArray& head) {
    if (head.startsWith("\xff\xfe") || head.startsWith("\xfe\xff"))
        return false;
    if (head.contains('\0'))
        return true;
    const auto controls = std::count_if(head.begin(), head.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f';
    });
    return controls * 20 > head.size();
}

QString tooLarge(qint64 bytes, qint64 maxBytes) {
    const QLocale locale;
    return say("This file is too large: %1. This environment takes up to %2.")
        .arg(locale.formattedDataSize(bytes), locale.formattedDataSize(maxBytes));
}

QString problemOf(const QFileInfo& info, qint64 maxBytes) {
    if (!info.exists())
        return say("This file does not exist any more.");
    if (!info.isReadable())
        return say("This file cannot be read. Check its permissions.");
    if (info.size() == 0)
        return say("This file is empty (0 bytes).");
    if (maxBytes > 0 && info.size() > maxBytes)
        return tooLarge(info.size(), maxBytes);
    return {};
}

QString decoded(const QByteArray& head) {
    if (head.startsWith("\xff\xfe") || head.startsWith("\xfe\xff")) {
        QStringDecoder decoder(QStringDecoder::Utf16);
        return decoder(head);
    }
    return QString::fromUtf8(head.startsWith("\xef\xbb\xbf") ? head.mid(3) : head);
}

AttachmentPreview cutColumns(QStringList columns, QStringList sample) {
    AttachmentPreview preview;
    preview.moreColumns = static_cast<int>(std::max<qsizetype>(0, columns.size() - kShownColumns));
    preview.columns = columns.mid(0, kShownColumns);
    preview.sample = sample.mid(0, kShownColumns);
    while (preview.sample.size() < preview.columns.size())
        preview.sample << QString();
    return preview;
}

/// The records of delimited text (RFC 4180), at most `wanted`.
QList<QStringList> records(const QString& text, QChar separator, int wanted) {
    QList<QStringList> result;
    QStringList record;
    QString cell;
    bool quoted = false;
    for (qsizetype i = 0; i < text.size() && result.size() < wanted; ++i) {
        const QChar c = text[i];
        if (quoted) {
            if (c != u'"')
                cell += c;
            else if (i + 1 < text.size() && text[i + 1] == u'"')
                cell += text[++i];
            else
                quoted = false;
        } else if (c == u'"' && cell.isEmpty()) {
            quoted = true;
        } else if (c == separator) {
            record << std::exchange(cell, {}).trimmed();
        } else if (c == u'\n') {
            record << std::exchange(cell, {}).trimmed();
            result << std::exchange(record, {});
        } else if (c != u'\r') {
            cell += c;
        }
    }
    if (result.size() < wanted && (!cell.isEmpty() || !record.isEmpty()))
        result << (record << cell.trimmed());
    return result;
}

/// Walks the top level of one JSON object; knows strings and nesting, judges nothing else.
class ObjectWalker {
public:
    explicit ObjectWalker(QStringView text) : m_text(text) {}

    bool walk(QStringList& keys, QStringList& values) {
        skipSpace();
        if (!take(u'{'))
            return false;
        for (skipSpace(); m_at < m_text.size() && m_text[m_at] != u'}'; skipSpace()) {
            const QString key = value();
            skipSpace();
            if (key.isEmpty() || !take(u':'))
                return !keys.isEmpty();
            skipSpace();
            keys << key;
            values << value();
            skipSpace();
            if (!take(u','))
                break;
        }
        return !keys.isEmpty();
    }

private:
    void skipSpace() {
        while (m_at < m_text.size() && m_text[m_at].isSpace())
            ++m_at;
    }
    bool take(QChar expected) {
        if (m_at >= m_text.size() || m_text[m_at] != expected)
            return false;
        ++m_at;
        return true;
    }
    QString string() {
        QString result;
        for (++m_at; m_at < m_text.size() && m_text[m_at] != u'"'; ++m_at) {
            if (m_text[m_at] == u'\\' && m_at + 1 < m_text.size())
                ++m_at;
            result += m_text[m_at];
        }
        ++m_at;
        return result;
    }
    QString value() {
        if (m_at < m_text.size() && m_text[m_at] == u'"')
            return string();
        const qsizetype start = m_at;
        int depth = 0;
        for (; m_at < m_text.size(); ++m_at) {
            const QChar c = m_text[m_at];
            if (c == u'"') {
                string();
                --m_at;
            } else if (c == u'{' || c == u'[') {
                ++depth;
            } else if (depth > 0 && (c == u'}' || c == u']')) {
                --depth;
            } else if (depth == 0 && (c == u',' || c == u'}' || c == u':')) {
                break;
            }
        }
        return m_text.mid(start, m_at - start).trimmed().toString();
    }

    QStringView m_text;
    qsizetype m_at = 0;
};

std::optional<AttachmentPreview> previewOf(const QString& name, const QString& text) {
    const QString suffix = QFileInfo(name).suffix().toLower();
    if (suffix == QStringLiteral("jsonl") || suffix == QStringLiteral("ndjson"))
        return previewJsonLines(text);
    if (suffix == QStringLiteral("csv") || suffix == QStringLiteral("tsv"))
        return previewDelimited(text);
    if (suffix == QStringLiteral("json"))
        return previewJson(text);
    return std::nullopt;
}

/// Fills in how many rows there are: exactly where all was read, else by the length of those that were.
void countRows(AttachmentFacts& facts, const QString& text, qint64 readBytes) {
    const QString suffix = QFileInfo(facts.name).suffix().toLower();
    const bool lines = suffix == QStringLiteral("jsonl") || suffix == QStringLiteral("ndjson");
    if (!facts.preview || (!lines && suffix != QStringLiteral("csv") && suffix != QStringLiteral("tsv")))
        return;
    qint64 rows = 0;
    bool quoted = false;
    for (const QChar c : text) {
        if (c == u'"' && !lines)
            quoted = !quoted;
        else if (c == u'\n' && !quoted)
            ++rows;
    }
    const bool whole = readBytes >= facts.bytes;
    if (whole && !text.endsWith(u'\n'))
        ++rows;
    if (!whole)
        rows = readBytes > 0 ? rows * facts.bytes / readBytes : 0;
    facts.rows = std::max<qint64>(0, lines ? rows : rows - 1);
    facts.rowsEstimated = !whole;
}

AttachmentFacts probeFolder(const QString& path, qint64 maxBytes) {
    AttachmentFacts facts;
    facts.path = QDir::cleanPath(QFileInfo(path).absoluteFilePath());
    facts.name = session::attachmentName(path) + u'/';
    facts.files = 0;
    const auto files = session::usageFilesIn(path);
    if (!files) {
        facts.problem = files.error().happened + u' ' + files.error().action;
        return facts;
    }
    facts.files = static_cast<qint64>(files->size());
    for (const session::OutgoingFile& file : *files) {
        facts.bytes += file.bytes;
        if (maxBytes > 0 && file.bytes > maxBytes && facts.problem.isEmpty())
            facts.problem = file.name + QStringLiteral(": ") + tooLarge(file.bytes, maxBytes);
    }
    return facts;
}

} // namespace

std::optional<AttachmentPreview> previewJson(const QString& text) {
    QStringList keys;
    QStringList values;
    QStringView rest = QStringView(text).trimmed();
    if (rest.startsWith(u'['))
        rest = rest.mid(1);
    if (!ObjectWalker(rest).walk(keys, values))
        return std::nullopt;
    return cutColumns(keys, values);
}

std::optional<AttachmentPreview> previewDelimited(const QString& text) {
    QList<QStringList> best;
    for (const QChar separator : {QChar(u','), QChar(u';'), QChar(u'\t')}) {
        const QList<QStringList> found = records(text, separator, 2);
        if (!found.isEmpty() && (best.isEmpty() || found.first().size() > best.first().size()))
            best = found;
    }
    if (best.isEmpty() || best.first().join(QString()).isEmpty())
        return std::nullopt;
    return cutColumns(best.first(), best.value(1));
}

std::optional<AttachmentPreview> previewJsonLines(const QString& text) {
    QStringList keys;
    QStringList values;
    const QStringView firstLine =
        QStringView(text).left(text.indexOf(u'\n') < 0 ? text.size() : text.indexOf(u'\n'));
    if (!ObjectWalker(firstLine).walk(keys, values))
        return std::nullopt;
    return cutColumns(keys, values);
}

AttachmentFacts probeAttachment(const QString& path, qint64 maxBytes) {
    const QFileInfo info(path);
    if (info.isDir())
        return probeFolder(path, maxBytes);
    AttachmentFacts facts;
    facts.path = info.absoluteFilePath();
    facts.name = info.fileName();
    facts.bytes = info.size();
    facts.problem = problemOf(info, maxBytes);
    if (!facts.problem.isEmpty())
        return facts;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        facts.problem = say("This file cannot be opened: %1.").arg(file.errorString());
        return facts;
    }
    const QByteArray head = file.read(kProbeBytes);
    if (const auto foreign = session::foreignFormat(head))
        facts.problem = say("This is %1, not text. %2").arg(foreign->what, foreign->action);
    else if (looksBinary(head))
        facts.problem = say("This is not a text file. The agent reads text: CSV, JSON, JSON lines, logs.");
    if (!facts.problem.isEmpty())
        return facts;
    const QString text = decoded(head);
    facts.preview = previewOf(facts.name, text);
    countRows(facts, text, head.size());
    return facts;
}

} // namespace apex::ui
