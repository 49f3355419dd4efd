// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/server/routes.h"
#include "base/clock.h"

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

HttpResponse health(const BackendState& state) {
    const auto answered = state.database->rows(u"SELECT 1"_s);
    return HttpResponse::json(QJsonObject{{"status"_L1, answered ? "ok"_L1 : "unhealthy"_L1},
                                          {"service"_L1, "apex-backend"_L1},
                                          {"version"_L1, QLatin1StringView(APEX_VERSION)},
                                          {"database"_L1, answered ? "ok"_L1 : "unavailable"_L1},
                                          {"timestamp"_L1, toRfc3339(state.clock.wallNow())}},
                              answered ? 200 : 503);
}

HttpResponse socketConfig(const BackendState& state) {
    const qint64 heartbeatSeconds = state.options.heartbeatInterval.count() / 1000;
    return HttpResponse::json(QJsonObject{
        {"websocket_config"_L1, QJsonObject{{"heartbeat_interval"_L1, heartbeatSeconds},
                                            {"connection_timeout"_L1, 40},
                                            {"max_message_size"_L1, 16 * 1024 * 1024},
                                            {"max_connections_per_user"_L1, state.options.maxSocketsPerUser},
                                            {"compression_enabled"_L1, false}}}});
}

HttpResponse publicConfig(const BackendState& state) {
    const QJsonObject features{{"attachments"_L1, "upload"_L1},
                               {"max_attachment_bytes"_L1, state.options.maxUploadBytes},
                               {"stop_agent"_L1, true},
                               {"client_run_ids"_L1, true}};
    return HttpResponse::json(QJsonObject{{"environment"_L1, "local"_L1},
                                          {"app_name"_L1, "Apex embedded backend"_L1},
                                          {"version"_L1, QLatin1StringView(APEX_VERSION)},
                                          {"features"_L1, features}});
}

HttpResponse services(const BackendState& state) {
    const QJsonObject service{{"url"_L1, state.issuer},
                              {"api_url"_L1, state.issuer},
                              {"ws_url"_L1, state.webSocketUrl},
                              {"timestamp"_L1, toRfc3339(state.clock.wallNow())}};
    return HttpResponse::json(QJsonObject{{"backend"_L1, service}, {"auth"_L1, service}});
}

} // namespace

void addStatusRoutes(Router& router, BackendState& state) {
    const auto add = [&](const QString& path, HttpResponse (*answer)(const BackendState&)) {
        router.add("GET", path,
                   [&state, answer](const HttpRequest&, const QStringList&) { return answer(state); });
    };
    add(u"/health"_s, health);
    add(u"/health/ready"_s, health);
    add(u"/ws/health"_s, health);
    add(u"/ws/config"_s, socketConfig);
    add(u"/api/config/public"_s, publicConfig);
    add(u"/api/discovery/services"_s, services);
}

} // namespace apex::backend
