// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

#include "fovea/bundle/bundle.h"

namespace fovea {

constexpr const char *join_word = "models join"; ///< of the command

/** \brief Networks that were trained apart, to be one of the architecture `two-stream`, with flow `three-stream` */
struct StreamsToJoin {
    std::string motion; ///< model of the architecture `watch`
    std::string
        pictures; ///< model of the architecture `eco`, of the same labels, twice as large, a frame less
    double share = 0.5; ///< of the logits those of `pictures`, in [0, 1]
    std::string
        flow; ///< model of the architecture `watch-flow`, alike `motion`, which sees what `pictures` does; empty: none
    std::string like; ///< model of the same labels, whose weights may be missing; empty: none
};

/**
 * \brief A bundle whose logits are the weighted mean of theirs; nothing is trained
 *
 * What `share` leaves is of `motion`; with `flow` each has half of that.
 *
 * Sampling and windows are those of `motion`, the input that of `pictures`. `watch` then sees the mean of each 2 x 2
 * pixels, and the last map of `eco` but one sees one frame more. Regions, the actor's square, what classes take of
 * persons and limits of alarms are as in the card of `like`; without one regions and square are those of `motion`, and
 * the others are not settled.
 * \param out folder of the bundle
 * \throw Error Settings for models that do not fit, naming what, or where \a out holds another bundle (replaces_own());
 * as read_weights() and write_bundle()
 */
Bundle join_streams(const StreamsToJoin &streams, const std::filesystem::path &out);

} // namespace fovea
