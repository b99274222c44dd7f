// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace fovea {

/** \brief "3:07", or "1:02:07" from an hour on */
std::string clock_text(double seconds);

} // namespace fovea
