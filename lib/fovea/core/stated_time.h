// SPDX-License-Identifier: MIT
#pragma once

namespace fovea {

/** \brief The latest time that a file may state, s: int64 holds 292 years of nanoseconds */
constexpr double longest_seconds = 9e9;

} // namespace fovea
