// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/server/routes.h"

namespace apex::backend {

using namespace Qt::StringLiterals;

namespace {

constexpr int largestPage = 100;
constexpr qsizetype longestThreadTitle = 200;

struct PageRange {
    int limit = 0;
    int offset = 0;
};

tl::expected<int, HttpResponse> number(const HttpRequest& request, QLatin1StringView name, int fallback,
                                       int least, int most) {
    const QString text = request.parameter(name);
    if (text.isEmpty())
        return fallback;
    bool ok = false;
    const int value = text.toInt(&ok);
    if (!ok || value < least || value > most)
        return tl::unexpected(HttpResponse::invalidField(
            u"query"_s, name, u"must be a whole number from %1 to %2"_s.arg(least).arg(most)));
    return value;
}

tl::expected<PageRange, HttpResponse> pageRange(const HttpRequest& request, int usualLimit) {
    const auto limit = number(request, "limit"_L1, usualLimit, 1, largestPage);
    if (!limit)
        return tl::unexpected(limit.error());
    const auto offset = number(request, "offset"_L1, 0, 0, 1'000'000'000);
    if (!offset)
        return tl::unexpected(offset.error());
    return PageRange{*limit, *offset};
}

HttpResponse threadAnswer(const Expected<Thread>& thread) {
    if (thread)
        return HttpResponse::json(thread->toJson());
    // Whether the thread never was or is somebody else's must not be told apart.
    return thread.error().kind == ErrorKind::NotFound ? HttpResponse::detail(404, u"Thread not found"_s)
                                                      : HttpResponse::failure(thread.error());
}

HttpResponse missing(const Error& error) {
    return threadAnswer(fail(error));
}

HttpResponse list(const HttpRequest& request, BackendState& state, const AccessClaims& caller) {
    const auto range = pageRange(request, 20);
    if (!range)
        return range.error();
    const auto threads = state.threads.list(caller.user, range->limit, range->offset);
    if (!threads)
        return HttpResponse::failure(threads.error());
    QJsonArray array;
    for (const Thread& thread : *threads)
        array.append(thread.toJson());
    return HttpResponse::json(array);
}

tl::expected<QJsonObject, HttpResponse> threadBody(const HttpRequest& request) {
    auto body = jsonBody(request);
    if (!body)
        return body;
    const QJsonValue title = body->value("title"_L1);
    if ((!title.isUndefined() && !title.isNull() && !title.isString()) ||
        title.toString().size() > longestThreadTitle)
        return tl::unexpected(
            HttpResponse::invalidField(u"body"_s, u"title"_s, u"must be a text of at most 200 characters"_s));
    const QJsonValue metadata = body->value("metadata"_L1);
    if (!metadata.isUndefined() && !metadata.isNull() && !metadata.isObject())
        return tl::unexpected(HttpResponse::invalidField(u"body"_s, u"metadata"_s, u"must be an object"_s));
    return body;
}

HttpResponse create(const HttpRequest& request, BackendState& state, const AccessClaims& caller) {
    const auto body = threadBody(request);
    if (!body)
        return body.error();
    return threadAnswer(state.threads.create(caller.user, body->value("title"_L1).toString(),
                                             body->value("metadata"_L1).toObject()));
}

HttpResponse createForCommandLine(const HttpRequest& request, BackendState& state,
                                  const AccessClaims& caller) {
    const auto body = jsonBody(request);
    if (!body)
        return body.error();
    const auto thread = state.threads.create(caller.user, {}, *body);
    if (!thread)
        return missing(thread.error());
    QJsonObject answer = thread->toJson();
    answer.insert("thread_id"_L1, thread->id.toString());
    return HttpResponse::json(answer);
}

HttpResponse update(const HttpRequest& request, BackendState& state, const ThreadId& id,
                    const AccessClaims& caller) {
    const auto body = threadBody(request);
    if (!body)
        return body.error();
    const auto title =
        body->value("title"_L1).isString() ? std::optional(body->value("title"_L1).toString()) : std::nullopt;
    return threadAnswer(state.threads.update(caller.user, id, title, body->value("metadata"_L1).toObject()));
}

HttpResponse archive(BackendState& state, const ThreadId& id, const AccessClaims& caller) {
    if (auto done = state.threads.archive(caller.user, id); !done)
        return missing(done.error());
    return HttpResponse::json(QJsonObject{{"message"_L1, "Thread archived successfully"_L1}});
}

HttpResponse messages(const HttpRequest& request, BackendState& state, const ThreadId& id,
                      const AccessClaims& caller) {
    const auto range = pageRange(request, 50);
    if (!range)
        return range.error();
    const auto page = state.threads.messages(caller.user, id, range->limit, range->offset);
    if (!page)
        return missing(page.error());
    QJsonArray array;
    for (const Message& message : page->messages)
        array.append(message.toJson());
    return HttpResponse::json(QJsonObject{{"messages"_L1, array},
                                          {"thread_id"_L1, id.toString()},
                                          {"total"_L1, page->total},
                                          {"limit"_L1, range->limit},
                                          {"offset"_L1, range->offset}});
}

HttpResponse addMessage(const HttpRequest& request, BackendState& state, const ThreadId& id,
                        const AccessClaims& caller) {
    const auto body = jsonBody(request);
    if (!body)
        return body.error();
    const QString text = body->value("message"_L1).toString();
    if (text.isEmpty())
        return HttpResponse::invalidField(u"body"_s, u"message"_s, u"field required"_s);
    const auto message =
        state.threads.append(caller.user, id, u"user"_s, text, body->value("metadata"_L1).toObject());
    if (!message)
        return missing(message.error());
    QJsonObject answer = message->toJson();
    answer.remove("metadata"_L1);
    answer.insert("thread_id"_L1, id.toString());
    return HttpResponse::json(answer);
}

HttpResponse autoRename(BackendState& state, const ThreadId& id, const AccessClaims& caller) {
    const auto page = state.threads.messages(caller.user, id, largestPage, 0);
    if (!page)
        return missing(page.error());
    for (const Message& message : page->messages) {
        if (message.role == "user"_L1)
            return threadAnswer(state.threads.update(caller.user, id, titleFromMessage(message.content), {}));
    }
    return threadAnswer(state.threads.get(caller.user, id));
}

} // namespace

void addThreadRoutes(Router& router, BackendState& state) {
    using Request = const HttpRequest&;
    using Arguments = const QStringList&;
    using Caller = const AccessClaims&;
    const auto id = [](Arguments arguments) { return ThreadId(arguments.front()); };
    router.addSignedIn("GET", u"/api/threads"_s, [&state](Request request, Arguments, Caller caller) {
        return list(request, state, caller);
    });
    router.addSignedIn("POST", u"/api/threads"_s, [&state](Request request, Arguments, Caller caller) {
        return create(request, state, caller);
    });
    router.addSignedIn("POST", u"/api/threads/create"_s, [&state](Request request, Arguments, Caller caller) {
        return createForCommandLine(request, state, caller);
    });
    for (const QString& unsupported : {u"/api/threads/statistics"_s, u"/api/threads/bulk"_s})
        router.addSignedIn("POST", unsupported, [](Request, Arguments, Caller) {
            return HttpResponse::detail(501, u"Not implemented"_s);
        });
    router.addSignedIn("GET", u"/api/threads/{}"_s,
                       [&state, id](Request, Arguments arguments, Caller caller) {
                           return threadAnswer(state.threads.get(caller.user, id(arguments)));
                       });
    router.addSignedIn("PUT", u"/api/threads/{}"_s,
                       [&state, id](Request request, Arguments arguments, Caller caller) {
                           return update(request, state, id(arguments), caller);
                       });
    router.addSignedIn("DELETE", u"/api/threads/{}"_s,
                       [&state, id](Request, Arguments arguments, Caller caller) {
                           return archive(state, id(arguments), caller);
                       });
    router.addSignedIn("GET", u"/api/threads/{}/messages"_s,
                       [&state, id](Request request, Arguments arguments, Caller caller) {
                           return messages(request, state, id(arguments), caller);
                       });
    router.addSignedIn(
        "POST", u"/api/threads/{}/messages"_s,
        [&state, id](Request request, Arguments arguments, Caller caller) {
            return addMessage(request, state, id(arguments), caller);
        },
        Router::messageBody);
    router.addSignedIn("POST", u"/api/threads/{}/auto-rename"_s,
                       [&state, id](Request, Arguments arguments, Caller caller) {
                           return autoRename(state, id(arguments), caller);
                       });
    router.addSignedIn(
        "GET", u"/api/threads/{}/validate"_s, [&state, id](Request, Arguments arguments, Caller caller) {
            return HttpResponse::json(
                QJsonObject{{"valid"_L1, state.threads.get(caller.user, id(arguments)).has_value()}});
        });
}

} // namespace apex::backend
