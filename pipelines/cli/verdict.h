#pragma once

#include <vector>

#include "fovea/bundle/card.h"
#include "fovea/core/array.h"
#include "fovea/engine/activity_head.h"
#include "fovea/engine/decision.h"

namespace fovea {

/** \brief Both ways to one label for a video */
struct Verdict {
    std::vector<float> mean; ///< scores, over all windows
    int strongest = 0;       ///< class
};

/** \brief Judges rows [R, T', C] of a whole video, window by window as the card says */
Verdict judge_video(ActivityHead &head, const Array &rows, const CardDecision &decision,
                    const DecisionRule &rule);

} // namespace fovea
