// SPDX-License-Identifier: MIT
#pragma once

namespace fovea {

/** \brief Where none is asked for: of elements and commands */
inline constexpr const char *default_model = "watch-both";

} // namespace fovea
