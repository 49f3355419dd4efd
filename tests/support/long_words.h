// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTranslator>

#include <cmath>

namespace apex::test {

/// Makes every word of the program 40 % longer and puts brackets around it.
class LongWords final : public QTranslator {
public:
    [[nodiscard]] QString translate(const char*, const char* source, const char*, int) const override {
        const QString text = QString::fromUtf8(source);
        const auto more = static_cast<qsizetype>(std::ceil(static_cast<double>(text.size()) * 0.4));
        QString padding;
        while (padding.size() < more)
            padding += padding.size() % 6 == 5 ? u' ' : u'e';
        return u'[' + text + padding.left(std::max<qsizetype>(0, more - 2)) + u']';
    }
    [[nodiscard]] bool isEmpty() const override { return false; }
};

} // namespace apex::test
