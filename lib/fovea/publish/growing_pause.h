// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <random>

namespace fovea {

/**
 * \brief How long to wait before the next try: a quarter of a second, then twice as long each time, up to 30 s
 *
 * Each is spread by a quarter, so that many who lost one receiver do not come back in one moment.
 */
class GrowingPause
{
public:
    std::chrono::milliseconds next()
    {
        const std::chrono::milliseconds pause = pause_;
        pause_ = std::min(2 * pause_, longest);
        std::uniform_real_distribution<double> spread(0.75, 1.25);
        return std::chrono::milliseconds(
            static_cast<std::int64_t>(static_cast<double>(pause.count()) * spread(random_)));
    }

    void reset() { pause_ = shortest; }

private:
    static constexpr std::chrono::milliseconds shortest{250};
    static constexpr std::chrono::milliseconds longest{30'000};

    std::chrono::milliseconds pause_ = shortest;
    std::minstd_rand random_{std::random_device{}()};
};

} // namespace fovea
