// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <QCommandLineParser>
#include <QJsonObject>
#include <QStringList>

#include <optional>

namespace apex::cli {

/// Exit codes of every command (design: the contract of `apex`).
enum ExitCode : int {
    AsAsked = 0,     ///< done as asked
    FellShort = 1,   ///< the run or the file fell short: failed, incomplete, violated
    CouldNotTry = 2, ///< configuration, sign-in, network, unreadable file
    WrongUsage = 64, ///< wrong usage (sysexits EX_USAGE)
};

/// A command of `apex`: its name, one line for the overview, and its entry.
struct Command {
    const char* name;
    const char* summary;
    /// `arguments` starts with the command's own name. Returns an ExitCode.
    int (*run)(const QStringList& arguments);
};

/// Parses `arguments`; --help prints to stdout and gives AsAsked, an error goes to stderr and gives
/// WrongUsage. nullopt: go on.
[[nodiscard]] std::optional<int> parse(QCommandLineParser& parser, const QStringList& arguments);

/// Prints one line to stdout (UTF-8).
void printLine(const QString& line);
/// Prints raw bytes to stdout.
void printBytes(const QByteArray& bytes);
/// The code to leave with: FellShort instead of AsAsked, with words, if not all output could be written.
[[nodiscard]] int withOutputJudged(int code);
/// Prints one compact JSON document and a newline to stdout.
void printJson(const QJsonObject& document);
/// Says what is wrong with the usage of a command, on stderr and, where --json is among `arguments`, as its
/// document too; returns WrongUsage. `sentence` is without the command's name.
int refuse(const QStringList& arguments, const QString& sentence);
/// Prints a diagnostic to stderr.
void complain(const QString& line);
/// Prints an error for people to stderr (with details on a second line), or as the JSON document of `schema`;
/// returns CouldNotTry.
int giveUp(const Error& error, bool json, const QString& schema);
/// Prints an error for people to stderr, with its details on a second line.
void complain(const Error& error);
/// The error as a JSON object: kind, message, kept, action, details, cause.
[[nodiscard]] QJsonObject errorToJson(const Error& error);

int serve(const QStringList& arguments);
int signIn(const QStringList& arguments);
int signOut(const QStringList& arguments);
int accounts(const QStringList& arguments);
int proxy(const QStringList& arguments);
int model(const QStringList& arguments);
int ask(const QStringList& arguments);
int inspect(const QStringList& arguments);
int check(const QStringList& arguments);

} // namespace apex::cli
