// SPDX-License-Identifier: MIT
#pragma once

namespace fovea {

/**
 * \brief Tells versions, what loads and what is missing, with the command that installs it
 * \return exit code: 1 when something that `fovea label` needs is missing
 */
int doctor();

} // namespace fovea
