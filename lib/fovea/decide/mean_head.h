// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "fovea/engine/activity_head.h"

namespace fovea {

/** \brief The head of a model whose scores are part of a mean */
struct WeightedHead {
    std::shared_ptr<ActivityHead> head;
    std::vector<std::string> labels; ///< its classes, in its own order
    float weight = 1;                ///< share of the mean
};

/**
 * \brief The weighted mean of what heads say, classes as the first one's; its rows are those of their
 * models, the channels side by side
 *
 * With it windows are scored by all models, and then labelled as by one. Source: Torabi and Sigal,
 * Action Classification and Highlighting in Videos, section 4 (models combined)
 */
std::shared_ptr<ActivityHead> mean_head(std::vector<WeightedHead> heads);

/** \brief Channels \a first to \a first + \a count of rows [R, T', C]: those of one of the models */
Array channels_of(const Array &rows, std::int64_t first, std::int64_t count);

/** \brief Scores of a model in the order of another one's labels; both have the same labels */
std::vector<float> in_order_of(const std::vector<std::string> &labels,
                               const std::vector<std::string> &own,
                               const std::vector<float> &scores);

} // namespace fovea
