// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "fovea/bundle/card.h"

namespace fovea {

/** \brief choose_detector(), its note told on stderr */
std::string detector_for(const std::string &asked, const ActivityCard &card);

} // namespace fovea
