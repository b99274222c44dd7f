// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "fovea/core/time.h"

namespace fovea {

/** \brief Nanoseconds since 1970, by the machine's clock */
Nanoseconds now_utc();

/** \brief A time since 1970 as ISO 8601 in UTC, to the millisecond: "2026-11-26T14:05:27.120Z" */
std::string to_utc_text(Nanoseconds since_epoch);

/** \brief to_utc_text() read back; none where \a text is no such time, or beyond longest_time */
std::optional<Nanoseconds> from_utc_text(const std::string &text);

} // namespace fovea
