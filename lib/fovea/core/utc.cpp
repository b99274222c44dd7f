// SPDX-License-Identifier: MIT
#include "fovea/core/utc.h"

#include <array>
#include <chrono>
#include <cstdlib>
#include <ctime>

#include "fovea/core/formatted.h"

namespace fovea {

Nanoseconds now_utc()
{
    const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::nanoseconds(since_epoch).count();
}

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
    return date.data() + formatted(".%03dZ", static_cast<int>(rest / nanoseconds_per_millisecond));
}

std::optional<Nanoseconds> from_utc_text(const std::string &text)
{
    std::tm utc{};
    int milliseconds = 0;
    int length = 0;
    const int found =
        std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ%n", &utc.tm_year, &utc.tm_mon,
                    &utc.tm_mday, &utc.tm_hour, &utc.tm_min, &utc.tm_sec, &milliseconds, &length);
    if (found != 7 || static_cast<std::size_t>(length) != text.size())
        return std::nullopt;
    utc.tm_year -= 1900;
    utc.tm_mon -= 1;
    const std::time_t seconds = timegm(&utc);
    if (std::abs(seconds) > longest_time / nanoseconds_per_second)
        return std::nullopt;
    const Nanoseconds time =
        seconds * nanoseconds_per_second + milliseconds * nanoseconds_per_millisecond;
    return to_utc_text(time) == text ? std::optional(time) : std::nullopt; // no 32nd of a month
}

} // namespace fovea
