// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace fovea {

/** \brief 16 hexadecimal digits that no other run has, but by a chance of 2^-64 */
std::string random_id();

} // namespace fovea
