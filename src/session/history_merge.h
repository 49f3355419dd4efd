// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/conversation.h"

namespace apex::session {

/// The kind of an answer that is known to be finished, by its report type (platform-features.md 5.5).
[[nodiscard]] AnswerKind answerKindOf(const QString& reportType);

/// Brings the server's list and the rows at hand together (protocol.md 3.10): matched by id, then by run and
/// speaker, then by equal text. The server's order wins; rows it does not know stay behind the row they
/// followed. Local ids of matched rows are kept, new rows get the next ones. Text of an answer whose run has
/// no end of its own is taken over and marked as recovered, its kind stays.
[[nodiscard]] std::vector<Message> mergeRows(const std::vector<Message>& rows,
                                             const std::vector<protocol::StoredMessage>& stored,
                                             const runs::Ledger& ledger, qint64& nextLocalId);

} // namespace apex::session
