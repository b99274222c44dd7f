// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "fovea/core/shared_array.h"
#include "fovea/engine/activity_head.h"

namespace fovea {

/** \brief What a head of nn/heads.h was trained to */
struct HeadParameters {
    std::int64_t channels = 0;                  ///< of a row
    std::int64_t motion = 0;                    ///< of these, the last ones: a MotionLayout
    std::map<std::string, SharedArray> tensors; ///< by the module's names
};

/** \brief Whether make_plain_head() makes it: those of the models that come with Fovea */
bool is_plain_head(const std::string &name);

/**
 * \brief A head without LibTorch: the same numbers as make_torch_head()'s but for rounding
 *
 * Scores and weights are at most 1e-6 apart, the weights of persons, shares of small differences, 1e-4.
 * \param name `score-mean` or `persons`
 * \throw Error Settings for another, or where a parameter is missing or misshapen
 */
std::unique_ptr<ActivityHead> make_plain_head(const std::string &name,
                                              const HeadParameters &parameters);

} // namespace fovea
