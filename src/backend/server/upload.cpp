// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/server/upload.h"

#include "backend/server/routes.h"
#include "backend/usage/columns.h"
#include "backend/usage/table_preview.h"

#include <QCoreApplication>

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 mostPreviewBytes = 128 * 1024;

struct UploadWords {
    Q_DECLARE_TR_FUNCTIONS(apex::backend::Upload)
};

HttpResponse tooLarge(qint64 limit) {
    return HttpResponse::detail(413, UploadWords::tr("The file is larger than this backend takes (%1 MB).")
                                         .arg(static_cast<double>(limit) / 1e6, 0, 'f', 1));
}

HttpResponse fileFailure(const Error& error) {
    return error.kind == ErrorKind::Storage ? HttpResponse::detail(507, error.forPeople())
                                            : HttpResponse::failure(error);
}

QJsonObject fileJson(const AttachedFile& file) {
    return {{"file_id"_L1, file.id.toString()}, {"name"_L1, file.name}, {"size_bytes"_L1, file.sizeBytes}};
}

QJsonObject previewJson(const TablePreview& preview) {
    QJsonArray columns;
    for (const PreviewedColumn& column : preview.columns)
        columns.append(
            QJsonObject{{"name"_L1, column.name}, {"field"_L1, column.field}, {"sample"_L1, column.sample}});
    QJsonArray fields;
    for (std::size_t i = 0; i < fieldCount; ++i)
        fields.append(QJsonObject{{"name"_L1, canonicalName(static_cast<Field>(i))},
                                  {"words"_L1, fieldWords(static_cast<Field>(i))}});
    return {{"format"_L1, preview.format},
            {"columns"_L1, columns},
            {"fields"_L1, fields},
            {"usable"_L1, preview.usable}};
}

/// A file that is no table is no fault of the request; the importer will say so to whoever attaches it.
QJsonObject noPreviewJson(const Error& error) {
    return {{"format"_L1, QString()},
            {"columns"_L1, QJsonArray()},
            {"fields"_L1, QJsonArray()},
            {"usable"_L1, false},
            {"problem"_L1, error.forPeople()}};
}

} // namespace

bool Upload::isUpload(const HttpRequest& request) {
    return request.method == "POST" && request.path == QStringList{u"api"_s, u"files"_s};
}

tl::expected<Upload, HttpResponse> Upload::begin(BackendState& state, const Router& router,
                                                 const HttpRequest& request, qint64 declaredBytes) {
    const auto caller = router.caller(request);
    if (!caller)
        return tl::unexpected(caller.error());
    const QString name = request.parameter("name"_L1);
    if (name.trimmed().isEmpty())
        return tl::unexpected(HttpResponse::invalidField(u"query"_s, u"name"_s, u"field required"_s));
    if (declaredBytes > state.options.maxUploadBytes)
        return tl::unexpected(tooLarge(state.options.maxUploadBytes));
    auto columns = columnChoicesFromJson(request.parameter("columns"_L1).toUtf8());
    if (!columns)
        return tl::unexpected(
            HttpResponse::invalidField(u"query"_s, u"columns"_s, columns.error().forPeople()));
    auto file = state.files.begin(caller->user, name, declaredBytes, std::move(*columns));
    if (!file)
        return tl::unexpected(fileFailure(file.error()));
    return Upload(state, std::move(*file));
}

std::optional<HttpResponse> Upload::take(const char* bytes, qint64 size) {
    const qint64 limit = m_state->options.maxUploadBytes;
    if (m_file->size() + size > limit)
        return tooLarge(limit);
    if (auto written = m_file->write(bytes, size); !written)
        return fileFailure(written.error());
    return std::nullopt;
}

HttpResponse Upload::finish() {
    const auto file = m_state->files.finish(std::move(*m_file));
    m_file.reset();
    return file ? HttpResponse::json(fileJson(*file)) : fileFailure(file.error());
}

void addFileRoutes(Router& router, BackendState& state) {
    router.addSignedIn(
        "POST", u"/api/files/preview"_s,
        [](const HttpRequest& request, const QStringList&, const AccessClaims&) {
            const auto preview = previewTable(request.body, request.parameter("name"_L1));
            return HttpResponse::json(preview ? previewJson(*preview) : noPreviewJson(preview.error()));
        },
        mostPreviewBytes);
    router.addSignedIn(
        "GET", u"/api/files/{}"_s,
        [&state](const HttpRequest&, const QStringList& arguments, const AccessClaims& caller) {
            const auto file = state.files.get(caller.user, FileId(arguments.front()));
            return file ? HttpResponse::json(fileJson(*file))
                        : HttpResponse::detail(404, u"File not found"_s);
        });
}

} // namespace apex::backend
