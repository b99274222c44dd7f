// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "fovea/bundle/card.h"

namespace fovea {

class CardReader;

/**
 * \brief The entries that a detector's card has and others have not
 * \param files those that the card lists, among which its network is
 * \throw Error Settings naming the entry
 */
DnnDetectorOptions read_detector(const CardReader &reader, const std::vector<CardFile> &files);

} // namespace fovea
