// SPDX-License-Identifier: GPL-3.0-or-later
// Imports generated session logs and sums them up by day, model and session; then lets ccusage (tests/peers)
// report on the same files in the same run, in turns, and prints the speed of both, our peak memory and how
// long a repeated question takes. Usage: bench_usage_import [FOLDER]: without a folder logs of 100 MB are
// generated, with APEX_BENCH_FULL=1 of 1 GB. An optimised build fails if ours is not twice as fast; a debug
// build only prints.
#include "backend/usage/usage_import.h"

#include <QDir>
#include <QElapsedTimer>
#include <QProcess>
#include <QTemporaryDir>

#include <algorithm>
#include <cstdio>
#include <vector>

#if defined(__unix__) || defined(__APPLE__)
#include <sys/resource.h>
#endif

using namespace apex;
using namespace apex::backend;
using namespace Qt::StringLiterals;

namespace {

constexpr int rounds = 5;

double secondsSince(const QElapsedTimer& timer) {
    return static_cast<double>(timer.nsecsElapsed()) / 1e9;
}

double peakMegabytes() {
#if defined(__unix__)
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024.0;
#else
    return 0;
#endif
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values.at(values.size() / 2);
}

/// The import and the three summaries that ccusage's report holds; returns the total cost.
Expected<QString> ask(const std::vector<ImportFile>& files, const PriceBook& prices, const QString& cache) {
    ImportOptions options;
    options.prices = &prices;
    options.latestTimestampUs = 1'900'000'000'000'000;
    options.cacheFolder = cache;
    const auto import = importUsage(files, options, {});
    if (!import)
        return fail(import.error());
    const auto store = UsageStore::open(import->databasePath);
    if (!store)
        return fail(store.error());
    QString total;
    for (const QString& group : {u"day_number"_s, u"model"_s, u"1"_s}) {
        const auto result =
            store->query(u"SELECT SUM(input_tokens), SUM(output_tokens), SUM(cache_read_tokens), "
                         u"usd_sum(cost_pico, cost_rest) "
                         "FROM usage_rows GROUP BY %1"_s.arg(group == u"1"_s ? u"'all'"_s : group));
        if (!result)
            return fail(result.error());
        total = result->rows.front().back().toString();
    }
    return total;
}

double ccusageSeconds(const QString& logs, const QString& home) {
    QProcess process;
    QProcessEnvironment environment;
    environment.insert(u"HOME"_s, home);
    environment.insert(u"TZ"_s, u"UTC"_s);
    environment.insert(u"CLAUDE_CONFIG_DIR"_s, logs);
    process.setProcessEnvironment(environment);
    QElapsedTimer timer;
    timer.start();
    process.start(
        QStringLiteral(APEX_SOURCE_DIR "/tests/peers/node_modules/@ccusage/ccusage-linux-x64/bin/ccusage"),
        {u"claude"_s, u"daily"_s, u"--offline"_s, u"--json"_s});
    return process.waitForFinished(600'000) && process.exitCode() == 0 ? secondsSince(timer) : -1;
}

bool generate(const QString& folder, const QString& megabytes) {
    QProcess process;
    process.start(u"python3"_s,
                  {QStringLiteral(APEX_SOURCE_DIR "/tests/bench/make_session_logs.py"), folder, megabytes});
    return process.waitForFinished(600'000) && process.exitCode() == 0;
}

} // namespace

int main(int argc, char** argv) {
    const auto prices = PriceBook::load(QStringLiteral(APEX_SOURCE_DIR "/resources/prices/prices.json"));
    QTemporaryDir folder;
    if (!prices || !folder.isValid())
        return 2;
    const QString logs = argc > 1 ? QString::fromLocal8Bit(argv[1]) : folder.filePath(u"logs"_s);
    if (argc < 2 && !generate(logs, qEnvironmentVariableIsSet("APEX_BENCH_FULL") ? u"1000"_s : u"100"_s))
        return 2;
    const auto files = usageFilesBelow(logs);
    if (!files || files->empty())
        return 2;
    double megabytes = 0;
    for (const ImportFile& file : *files)
        megabytes += static_cast<double>(QFileInfo(file.path).size()) / 1e6;
    std::vector<double> ours;
    std::vector<double> theirs;
    std::vector<double> repeated;
    for (int round = 0; round < rounds; ++round) {
        const QString cache = folder.filePath(u"cache-%1"_s.arg(round));
        for (std::vector<double>* times : {&ours, &repeated}) {
            QElapsedTimer timer;
            timer.start();
            if (const auto total = ask(*files, *prices, cache); !total) {
                std::fprintf(stderr, "%s\n", qPrintable(total.error().forSupport()));
                return 2;
            }
            times->push_back(secondsSince(timer));
        }
        QDir(cache).removeRecursively();
        theirs.push_back(ccusageSeconds(logs, folder.path()));
        if (theirs.back() < 0) {
            std::fprintf(stderr, "ccusage did not run; packaging/linux/install-peers.sh installs it\n");
            return 2;
        }
    }
    const double ratio = median(theirs) / median(ours);
    std::printf("%.0f MB in %zu files, median of %d runs in turns\n", megabytes, files->size(), rounds);
    std::printf("import and summary %7.3f s %7.0f MB/s  peak %.0f MB\n", median(ours),
                megabytes / median(ours), peakMegabytes());
    std::printf("ccusage            %7.3f s %7.0f MB/s\n", median(theirs), megabytes / median(theirs));
    std::printf("times as fast      %7.2f\n", ratio);
    std::printf("repeated question  %7.3f s\n", median(repeated));
#if defined(__OPTIMIZE__)
    return ratio >= 2 ? 0 : 1;
#else
    return 0;
#endif
}
