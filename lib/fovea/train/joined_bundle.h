// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "fovea/bundle/bundle.h"

namespace fovea {

constexpr const char *join_word = "models join"; ///< of the command

/** \brief Networks that were trained apart, to be one of the architecture `two-stream`, with flow `three-stream` */
struct StreamsToJoin {
    std::vector<std::string> motion; ///< 1 to nn::max_ensemble models of `watch`, of other seeds
    /** as many of the architecture `eco`, of the same labels, twice as large, a frame less */
    std::vector<std::string> pictures;
    double share = 0.5; ///< of the logits those of `pictures`, in [0, 1]
    /** as many of the architecture `watch-flow`, alike `motion`, which see what `pictures` do; empty: none */
    std::vector<std::string> flow;
    std::string like; ///< model of the same labels, whose weights may be missing; empty: none
};

/**
 * \brief A bundle whose logits are the weighted mean of theirs; nothing is trained
 *
 * What `share` leaves is of `motion`; with `flow` each has half of that. Within a stream all weigh alike.
 *
 * Sampling and windows are those of the first `motion`, the input that of `pictures`. `watch` then sees the mean of each 2 x 2
 * pixels, and the last map of `eco` but one sees one frame more. Regions, the actor's square, what classes take of
 * persons and limits of alarms are as in the card of `like`; without one regions and square are those of `motion`, and
 * the others are not settled.
 * \param out folder of the bundle
 * \throw Error Settings for models that do not fit, naming what, for streams of other numbers of models, or where \a out holds another bundle (replaces_own());
 * as read_weights() and write_bundle()
 */
Bundle join_streams(const StreamsToJoin &streams, const std::filesystem::path &out);

} // namespace fovea
