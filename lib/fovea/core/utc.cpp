// SPDX-License-Identifier: MIT
#include "fovea/core/utc.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace fovea {

std::string to_utc_text(Nanoseconds since_epoch)
{
    Nanoseconds seconds = since_epoch / nanoseconds_per_second;
    Nanoseconds rest = since_epoch % nanoseconds_per_second;
    if (rest < 0) {
        rest += nanoseconds_per_second;
        --seconds;
    }
    const auto whole = static_cast<std::time_t>(seconds);
    std::tm utc{};
    gmtime_r(&whole, &utc);
    std::array<char, 32> date{};
    std::strftime(date.data(), date.size(), "%Y-%m-%dT%H:%M:%S", &utc);
    std::array<char, 16> milliseconds{};
    std::snprintf(milliseconds.data(), milliseconds.size(), ".%03dZ",
                  static_cast<int>(rest / nanoseconds_per_millisecond));
    return std::string(date.data()) + milliseconds.data();
}

} // namespace fovea
