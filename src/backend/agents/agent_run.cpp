// SPDX-License-Identifier: GPL-3.0-or-later
#include "backend/agents/agent_run.h"

#include "backend/agents/supervisor.h"

namespace apex::backend {

RunOutcome runAgents(const RunRequest& request, const FrameSink& emitFrame, std::stop_token stop,
                     const Clock& clock) {
    FrameWriter frames(request, emitFrame, clock);
    RunState state(request, frames, clock, std::move(stop));
    return Supervisor(state).run();
}

RunOutcome runAgentsWithModel(const RunRequest& request, const FrameSink& emitFrame, std::stop_token stop,
                              const Clock& clock, ModelSource& models) {
    FrameWriter frames(request, emitFrame, clock);
    RunState state(request, frames, clock, std::move(stop));
    state.modelSource = &models;
    return Supervisor(state).run();
}

} // namespace apex::backend
