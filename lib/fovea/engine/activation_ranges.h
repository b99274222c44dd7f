// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>

namespace fovea {

/** \brief Each layer's largest absolute value that integers need to hold, > 0; see RangeFinder */
using ActivationRanges = std::map<std::string, float>;

} // namespace fovea
