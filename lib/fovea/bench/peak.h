// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/core/json_fwd.h"

namespace fovea {

/**
 * \brief The clock that \a threads cores run at together, GHz, the slowest of them
 *
 * Counted, not asked for: one addition a cycle that waits for the one before. A virtual machine states
 * its clock wrongly, and a processor changes it with load.
 */
double measured_clock(int threads);

/**
 * \brief The speed that \a threads cores can reach at most, GFLOP/s: {"fp32": ..., "bf16": ..., "int8": ...}
 *
 * The best of the processor's multiply-and-add instructions of that precision on registers alone, which
 * nothing that also reads memory can pass; on a processor whose instructions are not known here, that of
 * oneDNN's dense product. fp32 counts three products in bf16 on tiles (AMX) as one, as the engine does.
 * bf16 and int8 only where the engine has them.
 */
Json measured_peaks(int threads);

} // namespace fovea
