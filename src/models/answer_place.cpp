// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/answer_place.h"

namespace apex::models {

namespace {

bool isWordCharacter(QChar c) {
    return c.isLetterOrNumber() || c == u'_' || c == u'-';
}

} // namespace

bool namesCall(const QString& text, const QString& call) {
    if (call.isEmpty())
        return false;
    for (qsizetype at = text.indexOf(call); at >= 0; at = text.indexOf(call, at + 1)) {
        const qsizetype end = at + call.size();
        const bool begins = at == 0 || !isWordCharacter(text.at(at - 1));
        const bool ends = end == text.size() || !isWordCharacter(text.at(end));
        if (begins && ends)
            return true;
    }
    return false;
}

} // namespace apex::models
