// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "fovea/bundle/card.h"

namespace fovea {

/** \brief Which model runs beside the activity's, and what is to be said of it */
struct ModelChoice {
    std::string name; ///< of a bundle, or hog; empty: none does
    std::string note; ///< for the user, where the card's is not there and it matters; else empty
};

/**
 * \brief The detector asked for, else the card's if its weights are there, else hog
 * \throw Error as Bundle::open and Bundle::file, Settings when what was asked for is no detector
 */
ModelChoice choose_detector(const std::string &asked, const ActivityCard &card);

/**
 * \brief What tells keypoints: the first of the card's whose weights are there, else none
 * \param attended asked for; empty: the card's. Only persons have keypoints
 * \throw Error Settings when it is a model that finds no keypoints; as Bundle::open and Bundle::file
 */
ModelChoice choose_pose(const std::string &attended, const ActivityCard &card);

} // namespace fovea
