// SPDX-License-Identifier: MIT
#pragma once

namespace fovea {

inline constexpr const char *default_model = "watch"; ///< where none is asked for: elements and commands

} // namespace fovea
