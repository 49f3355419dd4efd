// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>

namespace apex::backend {

/// A request in the words that the rules know.
struct PlainRequest {
    QString text;      ///< case and punctuation as written
    QStringList notes; ///< sentences: what was read in another way than it was written
};

/// Turns the German of a question about usage into English, word by word, and slips of the pen in words that
/// the rules know into those words. Quoted text, names with digits or hyphens and all other words stay.
[[nodiscard]] PlainRequest plainRequest(const QString& request);

} // namespace apex::backend
