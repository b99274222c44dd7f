// SPDX-License-Identifier: MIT
#pragma once

namespace fovea {

/** \brief The processor's cores; 1 where it does not say */
int processor_cores();

/**
 * \brief Threads for one call of a network
 * \param asked the setting; 0: FOVEA_THREADS of the environment, else one thread where the call is
 * so small that starting a second costs more than it gives, else every core
 * \param flops of the call, two operations a multiply-add
 * \throw Error Settings when \a asked is < 0 or FOVEA_THREADS is not a number >= 1
 */
int threads_for(int asked, double flops);

} // namespace fovea
