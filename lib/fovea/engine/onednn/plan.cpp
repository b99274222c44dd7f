// SPDX-License-Identifier: MIT
#include "fovea/engine/onednn/plan.h"

#include <utility>

namespace fovea {

void Plan::run(const PlanMemory &memory) const
{
    if (memory.state) {
        memory.state->held.resize(kept_bytes.size());
        memory.state->kept.resize(kept_bytes.size());
        for (std::size_t i = 0; i < kept_bytes.size(); ++i)
            memory.state->kept[i].reserve(kept_bytes[i]);
    }
    for (const Work &work : works)
        work(memory);
    if (memory.state)
        std::swap(memory.state->held, memory.state->kept);
}

} // namespace fovea
