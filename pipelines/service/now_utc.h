// SPDX-License-Identifier: MIT
#pragma once

#include <glib.h>

#include "fovea/core/time.h"

namespace fovea {

/** \brief Nanoseconds since 1970 */
inline Nanoseconds now_utc()
{
    constexpr Nanoseconds nanoseconds_per_microsecond = 1000;
    return g_get_real_time() * nanoseconds_per_microsecond;
}

} // namespace fovea
