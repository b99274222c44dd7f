// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

#include "fovea/core/json.h"

namespace fovea {

/**
 * \brief What some work takes of the machine: cores_used (processor time over time passed),
 * runnable_threads (mean and most, by samples every 2 ms, of this process, the sampling one left
 * out), voluntary_switches and involuntary_switches of its threads
 */
Json usage_of(const std::function<void()> &work);

} // namespace fovea
