// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "fovea/bundle/card.h"

namespace fovea {

/** \brief choose_detector(), its note told on stderr */
std::string detector_for(const std::string &asked, const ActivityCard &card);

/** \brief choose_pose() for a model that attends to persons, its note told on stderr; else empty */
std::string pose_for(const std::string &attended, const ActivityCard &card);

/**
 * \brief Looks for a device that was asked for: before the first video, not once for each
 * \throw Error Settings where it is not known, or no GPU is found
 */
void check_device(const std::string &asked);

} // namespace fovea
