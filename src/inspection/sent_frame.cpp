// SPDX-License-Identifier: GPL-3.0-or-later
#include "inspection/sent_frame.h"

#include "protocol/json_cursor.h"
#include "protocol/names.h"

namespace apex::inspection {

namespace {

namespace field = protocol::names::field;
namespace request = protocol::names::request;
using protocol::JsonMember;
using protocol::names::view;

void readIds(const std::vector<JsonMember>& members, SentFrame& sent) {
    for (const JsonMember& member : members) {
        if (member.name == view(field::ThreadId) && !member.text.isEmpty())
            sent.thread = ThreadId(member.text);
        else if (member.name == view(field::RunId) && !member.text.isEmpty())
            sent.run = RunId(member.text);
    }
}

} // namespace

bool isClientType(const QString& type) {
    for (const QLatin1String name : {request::UserMessage,
                                     request::StartAgent,
                                     request::StopAgent,
                                     request::SwitchThread,
                                     request::HandshakeAcknowledged,
                                     request::Disconnect,
                                     request::ChatMessage,
                                     request::Chat,
                                     request::ExecuteAgent,
                                     request::UserInput,
                                     request::CreateThread,
                                     request::ListThreads,
                                     request::DeleteThread,
                                     request::GetThreadHistory,
                                     request::GetConversationHistory,
                                     request::GetAgentContext,
                                     request::SessionRestore,
                                     request::SessionRequest,
                                     request::SessionAcknowledged,
                                     request::HandshakeRequest,
                                     request::EventConfirmation,
                                     request::ChunkedStart,
                                     request::ChunkedData,
                                     request::ChunkedEnd,
                                     request::Typing})
        if (type == name)
            return true;
    return false;
}

SentFrame readSentFrame(QByteArrayView frame) {
    SentFrame sent;
    const auto members = protocol::topLevelMembers(frame);
    if (!members)
        return sent;
    readIds(*members, sent);
    for (const JsonMember& member : *members) {
        if (member.name == view(field::Type)) {
            const bool isPrompt = member.text == request::UserMessage || member.text == request::StartAgent ||
                                  member.text == request::ChatMessage || member.text == request::Chat ||
                                  member.text == request::ExecuteAgent || member.text == request::UserInput;
            if (isPrompt)
                sent.kind = SentFrame::Kind::Prompt;
            else if (member.text == request::StopAgent)
                sent.kind = SentFrame::Kind::Stop;
        } else if (member.name == view(field::Payload) || member.name == view(field::Data)) {
            if (const auto inner = protocol::topLevelMembers(member.raw))
                readIds(*inner, sent);
        }
    }
    return sent;
}

} // namespace apex::inspection
