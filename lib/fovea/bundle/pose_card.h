// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "fovea/bundle/card.h"

namespace fovea {

class CardReader;

/**
 * \brief The entries that the card of a network for keypoints has and others have not
 * \param files those that the card lists, among which its network is
 * \throw Error Settings naming the entry
 */
PoseOptions read_pose(const CardReader &reader, const std::vector<CardFile> &files);

} // namespace fovea
