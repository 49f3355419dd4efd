// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocol/decoder.h"
#include "runs/ledger.h"

#include <QStringList>

#include <chrono>

namespace apex::runs {

using namespace std::chrono_literals;

/// Feeds frames of JSON to a ledger, one second apart unless told otherwise.
class Feed {
public:
    explicit Feed(LedgerOptions options = {}) : ledger(std::move(options)) {}

    Change operator()(const char* frame) { return at(m_now + 1s, frame); }
    Change at(MonoTime time, const char* frame) {
        m_now = time;
        Change last;
        for (const protocol::Event& event : m_decoder.decode(QByteArrayView(frame)).events)
            last = ledger.apply(event, receipt());
        ++m_frame;
        return last;
    }
    [[nodiscard]] protocol::Receipt receipt() const { return {m_frame, {}, m_now}; }
    void end() { ledger.endOfInput(m_now); }
    [[nodiscard]] const Run& run(std::size_t index = 0) const { return ledger.runs().at(index); }
    [[nodiscard]] QStringList rules(std::size_t index = 0) const {
        QStringList names;
        for (const Finding& finding : run(index).findings)
            names.append(ruleName(finding.rule));
        return names;
    }

    Ledger ledger;

private:
    protocol::Decoder m_decoder;
    MonoTime m_now{0};
    qint64 m_frame = 0;
};

inline constexpr auto kStart = R"({"type":"agent_started","run_id":"r","agent_name":"sup","thread_id":"t"})";
inline constexpr auto kEnd = R"({"type":"agent_completed","run_id":"r","agent_name":"sup","result":"done"})";

} // namespace apex::runs
