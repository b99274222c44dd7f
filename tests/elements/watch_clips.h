// SPDX-License-Identifier: MIT
#pragma once

namespace fovea::test {

/* A harness counts as a live source: leaky=never asks for what files get.
 *
 * The watch model takes 17 frames at 7.5 a second: of 30 fps, frames 0, 4, ... 64. The next clip
 * begins 8 such frames later: 32, 36, ... 96. A clip gives 4 rows. */
constexpr int first_complete = 64;
constexpr int rows_a_clip = 4;

} // namespace fovea::test
