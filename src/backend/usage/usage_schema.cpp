// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/usage/usage_schema.h"

namespace apex::backend {

// Texts that come again and again are stored once: a row of a session log takes about 130 bytes, so that a
// month of logs is summarised in the time of one disk seek. Sub-selects, not joins: of a LEFT JOIN an
// aggregate pays for every row even where it uses no column of it (SQLite 3.40).
const char* usageSchema() {
    return R"sql(
CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE names(id INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE files(file_id INTEGER PRIMARY KEY, name TEXT NOT NULL, format TEXT NOT NULL, bytes INTEGER NOT NULL,
    content TEXT NOT NULL, rows INTEGER NOT NULL, rejected INTEGER NOT NULL, duplicates INTEGER NOT NULL,
    other_entries INTEGER NOT NULL);
CREATE TABLE calls(row_id INTEGER PRIMARY KEY, time_us INTEGER, calls INTEGER NOT NULL, model INTEGER, provider INTEGER,
    project INTEGER, session INTEGER, user INTEGER, service INTEGER, app INTEGER, input_tokens INTEGER,
    cache_read INTEGER NOT NULL, cache_write_5m INTEGER NOT NULL, cache_write_1h INTEGER NOT NULL, output_tokens INTEGER,
    reasoning INTEGER NOT NULL, unsplit INTEGER NOT NULL, recorded_pico INTEGER, recorded_rest INTEGER,
    priced_pico INTEGER, priced_input_pico INTEGER, status INTEGER NOT NULL, error INTEGER, latency_us INTEGER,
    ttft_us INTEGER, request_id TEXT, message_id TEXT, prompt_hash INTEGER, flags INTEGER NOT NULL,
    source_file INTEGER NOT NULL, source_line INTEGER NOT NULL);
CREATE TABLE bills(bill_id INTEGER PRIMARY KEY, time_us INTEGER, provider INTEGER, project INTEGER, service INTEGER,
    item INTEGER, model INTEGER, amount_pico INTEGER NOT NULL, amount_rest INTEGER NOT NULL, source_file INTEGER NOT NULL,
    source_line INTEGER NOT NULL);
CREATE VIEW usage_rows AS SELECT c.row_id AS row_id, c.time_us AS time_us,
    date(c.time_us / 1000000, 'unixepoch') AS day, c.time_us / 86400000000 AS day_number,
    c.time_us / 3600000000 % 24 AS hour, c.calls AS calls,
    (SELECT text FROM names WHERE id = c.model) AS model,
    (SELECT text FROM names WHERE id = c.provider) AS provider,
    (SELECT text FROM names WHERE id = c.project) AS project,
    (SELECT text FROM names WHERE id = c.session) AS session,
    (SELECT text FROM names WHERE id = c.user) AS user,
    (SELECT text FROM names WHERE id = c.service) AS service,
    (SELECT text FROM names WHERE id = c.app) AS app,
    c.input_tokens AS input_tokens,
    c.cache_read AS cache_read_tokens, c.cache_write_5m AS cache_write_5m_tokens,
    c.cache_write_1h AS cache_write_1h_tokens,
    c.input_tokens + c.cache_read + c.cache_write_5m + c.cache_write_1h AS prompt_tokens,
    c.output_tokens AS output_tokens, c.reasoning AS reasoning_tokens, c.unsplit AS unsplit_tokens,
    coalesce(c.input_tokens, 0) + c.cache_read + c.cache_write_5m + c.cache_write_1h + coalesce(c.output_tokens, 0)
        + c.unsplit AS total_tokens,
    c.recorded_pico AS recorded_pico, c.recorded_rest AS recorded_rest, c.priced_pico AS priced_pico,
    c.priced_input_pico AS priced_input_pico, coalesce(c.recorded_pico, c.priced_pico) AS cost_pico,
    CASE WHEN c.recorded_pico IS NOT NULL THEN c.recorded_rest WHEN c.priced_pico IS NOT NULL THEN 0 END AS cost_rest,
    CASE WHEN c.recorded_pico IS NOT NULL THEN 'recorded' WHEN c.priced_pico IS NOT NULL THEN 'priced'
        ELSE 'unknown' END AS cost_source,
    CASE c.status WHEN 1 THEN 'ok' WHEN 2 THEN 'error' WHEN 3 THEN 'timeout' END AS status,
    (SELECT text FROM names WHERE id = c.error) AS error,
    c.latency_us AS latency_us, c.ttft_us AS ttft_us, c.request_id AS request_id, c.message_id AS message_id,
    c.prompt_hash AS prompt_hash, c.flags & 1 AS is_sidechain, c.flags >> 1 & 1 AS is_batch,
    (SELECT name FROM files WHERE file_id = c.source_file) AS source_file,
    c.source_line AS source_line
FROM calls c;
CREATE VIEW bill_rows AS SELECT b.time_us AS time_us, date(b.time_us / 1000000, 'unixepoch') AS day,
    p.text AS provider, j.text AS project, v.text AS service, i.text AS item, m.text AS model,
    b.amount_pico AS amount_pico, b.amount_rest AS amount_rest, f.name AS source_file, b.source_line AS source_line
FROM bills b LEFT JOIN names p ON p.id = b.provider LEFT JOIN names j ON j.id = b.project
    LEFT JOIN names v ON v.id = b.service LEFT JOIN names i ON i.id = b.item LEFT JOIN names m ON m.id = b.model
    LEFT JOIN files f ON f.file_id = b.source_file;
)sql";
}

} // namespace apex::backend
