// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "fovea/core/time.h"

namespace fovea {

/** \brief A time since 1970 as ISO 8601 in UTC, to the millisecond: "2026-11-26T14:05:27.120Z" */
std::string to_utc_text(Nanoseconds since_epoch);

} // namespace fovea
