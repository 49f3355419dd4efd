// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/agents/agent_run.h"

#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>

#include <vector>

/// Runs the agents on files and keeps every frame, for tests.
struct RunRecorder {
    QTemporaryDir imports;
    apex::SystemClock clock;
    apex::backend::RunRequest request;
    std::vector<QJsonObject> frames;
    std::function<void(const QJsonObject&)> onFrame;
    std::stop_source stop;
    apex::backend::RunOutcome outcome;

    explicit RunRecorder(const QString& text) {
        request.run = apex::RunId(QStringLiteral("run_1"));
        request.thread = apex::ThreadId(QStringLiteral("thread_1"));
        request.user = apex::UserId(QStringLiteral("user_1"));
        request.text = text;
        request.priceFilePath = QStringLiteral(APEX_SOURCE_DIR "/resources/prices/prices.json");
        request.importFolder = imports.path();
    }
    void attach(const QString& path) {
        request.files.push_back(
            {apex::FileId(path), QFileInfo(path).fileName(), path, QFileInfo(path).size(), true});
    }
    void run() {
        outcome = apex::backend::runAgents(
            request,
            [this](const QJsonObject& frame) {
                frames.push_back(frame);
                if (onFrame)
                    onFrame(frame);
            },
            stop.get_token(), clock);
    }
    [[nodiscard]] static QString text(const QJsonObject& frame, const char* key) {
        return frame.value(QLatin1String(key)).toString();
    }
    [[nodiscard]] std::vector<QJsonObject> ofType(const QString& type) const {
        std::vector<QJsonObject> found;
        for (const QJsonObject& frame : frames) {
            if (text(frame, "type") == type)
                found.push_back(frame);
        }
        return found;
    }
    /// "agent_started triage" and so on, one a frame, thoughts left out.
    [[nodiscard]] QStringList story() const {
        QStringList lines;
        for (const QJsonObject& frame : frames) {
            const QString type = text(frame, "type");
            if (type.startsWith(QLatin1String("agent_")) && type != QLatin1String("agent_thinking"))
                lines.append(type + u' ' + text(frame, "agent_name"));
        }
        return lines;
    }
    /// Everything the tools said, as one JSON text.
    [[nodiscard]] QString toolResults() const {
        QString all;
        for (const QJsonObject& frame : ofType(QStringLiteral("tool_completed")))
            all += QString::fromUtf8(QJsonDocument(frame).toJson(QJsonDocument::Compact));
        return all;
    }
};
