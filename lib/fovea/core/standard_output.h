// SPDX-License-Identifier: MIT
#pragma once

namespace fovea {

/**
 * \brief The exit code of a program whose own would be \a code: 1 in place of 0 where what it said on stdout could not be
 * written, which is told; who closed stdout wants none of it
 */
int code_when_written(int code);

} // namespace fovea
