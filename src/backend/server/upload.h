// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "backend/server/backend_state.h"
#include "backend/server/router.h"

namespace apex::backend {

/// One `POST /api/files?name=...`: raw bytes go to disk as they come, never all at once in memory. io thread
/// only.
class Upload {
public:
    /// True for the upload route; such a request must not be read as an ordinary body.
    [[nodiscard]] static bool isUpload(const HttpRequest& request);
    /// Checks sign-in, limit and disk before the first byte. `declaredBytes` -1 = not declared.
    [[nodiscard]] static tl::expected<Upload, HttpResponse>
    begin(BackendState& state, const Router& router, const HttpRequest& request, qint64 declaredBytes);
    /// Takes the next bytes, or says why not; the upload is over then.
    [[nodiscard]] std::optional<HttpResponse> take(const char* bytes, qint64 size);
    /// After the last byte: `{"file_id","name","size_bytes"}` or what went wrong.
    [[nodiscard]] HttpResponse finish();

private:
    Upload(BackendState& state, IncomingFile file) : m_state(&state), m_file(std::move(file)) {}

    BackendState* m_state;
    std::optional<IncomingFile> m_file;
};

} // namespace apex::backend
