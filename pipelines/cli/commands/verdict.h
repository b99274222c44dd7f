#pragma once

#include <vector>

#include "fovea/bundle/card.h"
#include "fovea/core/array.h"
#include "fovea/decide/decision.h"
#include "fovea/engine/activity_head.h"
#include "fovea/store/feature_file.h"

namespace fovea {

/** \brief Both ways to one label for a video */
struct Verdict {
    std::vector<float> scores; ///< of all windows: their mean, of many labels the greatest
    std::vector<float>
        decided;       ///< as a video is labelled: with a normal class its strongest window's
    int strongest = 0; ///< class, by these; by the scores where they decide nothing
};

/** \brief The class by both */
int strongest_class(const Verdict &verdict, const DecisionRule &rule);

/**
 * \brief Mean scores of \a crops windows at random places, the same in every call, and of the same
 * windows of the mirrored rows where the file has them
 */
std::vector<float> mean_of_crops(ActivityHead &head, const FeatureFile &file, int window,
                                 int crops);

/** \brief Judges rows [R, T', C] of a whole video, window by window as the card says */
Verdict judge_video(ActivityHead &head, const Array &rows, const CardDecision &decision,
                    const DecisionRule &rule);

} // namespace fovea
