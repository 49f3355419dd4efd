// SPDX-License-Identifier: GPL-3.0-or-later
// Imports and measures generated usage files as the agents do, checks the sum to the last digit, and prints
// speed, peak memory and how time grows with ten times the input. Usage: bench_usage [MEGABYTES]  (default
// 100; 1100 are ten million rows. Memory stays below 256 MB whatever the input; fails if it or the sum is
// wrong.)
#include "backend/analysis/usage_measure.h"
#include "backend/usage/price_book.h"
#include "backend/usage/usage_import.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>

#include <cstdio>
#include <cstdlib>

#if defined(__unix__) || defined(__APPLE__)
#include <sys/resource.h>
#endif

using namespace apex;
using namespace apex::backend;

namespace {

constexpr double mostMegabytes = 256;

enum class Format { Csv, JsonLines, JsonArray };

double peakMegabytes() {
#if defined(__unix__)
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024.0;
#else
    return 0;
#endif
}

std::uint64_t mixedOf(std::uint64_t number) {
    return number * 0x9e3779b97f4a7c15ULL;
}

/// Cost of a row in millionths of a dollar.
int microDollarsOf(std::uint64_t number) {
    return static_cast<int>(mixedOf(number) >> 40) % 1'000'000;
}

/// Every prompt hash differs in nine of ten rows: the worst case for the memory of the repeat count.
QByteArray row(Format format, std::uint64_t number) {
    static const char* const models[] = {"gpt-4o", "gpt-4o-mini", "claude-3-5-sonnet-20241022", "in-house-7b",
                                         "gemini-1.5-flash"};
    const std::uint64_t mixed = mixedOf(number);
    const std::uint64_t second = number % (30ULL * 86400);
    char text[512];
    const char* pattern =
        format == Format::Csv
            ? "2025-06-%02dT%02d:%02d:%02dZ,%s,service-%d,user-%d,%s,%d,%d,0.%06d,%d,%016llx\n"
            : "{\"timestamp\":\"2025-06-%02dT%02d:%02d:%02dZ\",\"model\":\"%s\",\"service\":\"service-%d\","
              "\"user\":\"user-%d\","
              "\"status\":\"%s\",\"prompt_tokens\":%d,\"completion_tokens\":%d,\"cost_usd\":0.%06d,\"latency_"
              "ms\":%d,"
              "\"prompt_hash\":\"%016llx\"}\n";
    const int length =
        std::snprintf(text, sizeof text, pattern, static_cast<int>(second / 86400 + 1),
                      static_cast<int>(second / 3600 % 24), static_cast<int>(second / 60 % 60),
                      static_cast<int>(second % 60), models[mixed % 5], static_cast<int>(mixed >> 8 & 15),
                      static_cast<int>(mixed >> 12 & 1023), mixed % 33 == 0 ? "error" : "ok",
                      static_cast<int>(mixed >> 20 & 8191), static_cast<int>(mixed >> 33 & 1023),
                      microDollarsOf(number), static_cast<int>(mixed >> 44) % 20'000,
                      static_cast<unsigned long long>(number % 10 == 0 ? mixed % 1000 : mixed));
    return {text, length};
}

/// Returns the bytes written; `truth` is what they cost.
qint64 generate(const QString& path, Format format, qint64 bytes, Money& truth) {
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly))
        std::exit(2);
    if (format == Format::Csv)
        file.write("timestamp,model,service,user,status,prompt_tokens,completion_tokens,cost_usd,latency_ms,"
                   "prompt_hash\n");
    qint64 written = 0;
    qint64 micro = 0;
    for (std::uint64_t number = 1; written < bytes; ++number) {
        micro += microDollarsOf(number);
        QByteArray line = row(format, number);
        if (format == Format::JsonArray)
            line.prepend(number == 1 ? '[' : ',');
        written += file.write(line);
    }
    if (format == Format::JsonArray)
        file.write("]");
    truth = Money::fromUnits(powerOfTen(Money::decimals - 6) * micro);
    return written;
}

template <class T>
T valueOf(Expected<T> result) {
    if (result)
        return std::move(*result);
    std::fprintf(stderr, "%s\n", qPrintable(result.error().forSupport()));
    std::exit(2);
}

struct Seconds {
    double import = 0;
    double whole = 0; ///< with measuring
};

/// Imports and measures a file as the agents do.
Seconds secondsFor(const QString& path, const PriceBook& prices, std::uint64_t& rows, Money& cost) {
    QElapsedTimer timer;
    timer.start();
    ImportOptions options;
    options.prices = &prices;
    options.latestTimestampUs = 1'900'000'000'000'000;
    options.cacheFolder = path + QStringLiteral(".imports");
    const auto imported = valueOf(importUsage({{path, QStringLiteral("usage"), {}}}, options, {}));
    Seconds seconds;
    seconds.import = static_cast<double>(timer.nsecsElapsed()) / 1e9;
    const auto store = valueOf(UsageStore::open(imported.databasePath));
    RowsQuery query(store, {}, {});
    const auto measured = valueOf(measureUsage(query, &prices));
    rows = measured.summary.totals.calls;
    cost = measured.summary.totals.cost();
    seconds.whole = static_cast<double>(timer.nsecsElapsed()) / 1e9;
    return seconds;
}

} // namespace

int main(int argc, char** argv) {
    const double megabytes = argc > 1 ? std::atof(argv[1]) : 100;
    const auto prices = PriceBook::load(QStringLiteral(APEX_SOURCE_DIR "/resources/prices/prices.json"));
    QTemporaryDir folder;
    if (!prices || !folder.isValid())
        return 2;
    const struct {
        Format format;
        const char* name;
    } formats[] = {
        {Format::Csv, "csv"}, {Format::JsonLines, "json lines"}, {Format::JsonArray, "json array"}};
    for (const auto& [format, name] : formats) {
        double small = 0;
        for (const double size : {megabytes / 10, megabytes}) {
            const QString path = folder.filePath(QStringLiteral("usage"));
            Money truth;
            Money cost;
            const qint64 bytes = generate(path, format, static_cast<qint64>(size * 1e6), truth);
            std::uint64_t rows = 0;
            const auto [import, seconds] = secondsFor(path, *prices, rows, cost);
            if (!(cost == truth) || peakMegabytes() > mostMegabytes) {
                std::fprintf(stderr, "%s\n", cost == truth ? "too much memory" : "the sum is wrong");
                return 1;
            }
            std::printf("%-10s %8.1f MB %9llu rows %7.3f s (import %7.3f s) %7.1f MB/s  peak %6.1f MB", name,
                        static_cast<double>(bytes) / 1e6, static_cast<unsigned long long>(rows), seconds,
                        import, static_cast<double>(bytes) / 1e6 / seconds, peakMegabytes());
            if (small > 0)
                std::printf("  time for 10x input: %.1fx", seconds / small);
            std::printf("\n");
            small = seconds;
        }
    }
    return 0;
}
