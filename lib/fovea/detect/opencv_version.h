// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace fovea {

/** \brief "4.6.0" */
std::string opencv_version();

} // namespace fovea
