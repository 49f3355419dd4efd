// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/record_parser.h"

#include "backend/usage/record_parsers.h"

namespace apex::backend {

namespace {

/// Session logs of Claude Code that cannot be read in blocks, for their encoding.
class ClaudeLines final : public RecordParser {
public:
    ClaudeLines(const LogPlace& place, const ReadOptions& options)
        : m_log(place, options.latestTimestampUs) {}
    std::optional<RejectReason> parse(std::string_view record, std::int64_t line, RecordBatch& batch,
                                      ReadReport& report) override {
        m_log.readLines(record, false, line, batch, report);
        return std::nullopt;
    }

private:
    ClaudeLog m_log;
};

} // namespace

std::unique_ptr<RecordParser> makeRecordParser(const Source& source, std::string_view start,
                                               const ReadOptions& options) {
    const QByteArray name = source.file.name.toUtf8();
    LogPlace place = placeOfLog(std::string_view(name.constData(), static_cast<std::size_t>(name.size())));
    switch (source.kind) {
    case SourceKind::CodexLog:
        return makeCodexParser(std::move(place), options);
    case SourceKind::GeminiLog:
        return makeGeminiParser(std::move(place), start, options);
    case SourceKind::OtlpSpans:
        return makeOtlpParser(options);
    case SourceKind::OpenAiBuckets:
    case SourceKind::AnthropicBuckets:
        return makeBucketParser(source.kind, options);
    case SourceKind::ClaudeLog:
    case SourceKind::Table: // tables have a reader of their own
        break;
    }
    return std::make_unique<ClaudeLines>(place, options);
}

} // namespace apex::backend
