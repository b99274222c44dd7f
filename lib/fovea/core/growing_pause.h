// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <random>

namespace fovea {

/** \brief How long to wait before the next try of what failed: each pause twice as long as the one before */
class GrowingPause
{
public:
    struct Limits {
        std::chrono::milliseconds shortest;
        std::chrono::milliseconds longest;
        double spread =
            0; ///< share of a pause by which it varies, so that many do not come back in one moment
    };

    explicit GrowingPause(const Limits &limits) : limits_(limits), pause_(limits.shortest) {}

    /** \brief The pause before the next try; the one behind it is longer */
    std::chrono::milliseconds next()
    {
        const std::chrono::milliseconds pause = pause_;
        pause_ = std::min(2 * pause_, limits_.longest);
        std::uniform_real_distribution<double> spread(1 - limits_.spread, 1 + limits_.spread);
        return std::chrono::milliseconds(
            static_cast<std::int64_t>(static_cast<double>(pause.count()) * spread(random_)));
    }

    /** \brief What next() will give, spread apart */
    std::chrono::milliseconds coming() const { return pause_; }

    /** \brief A try succeeded: the next pause is the shortest again */
    void reset() { pause_ = limits_.shortest; }

private:
    Limits limits_;
    std::chrono::milliseconds pause_;
    std::minstd_rand random_{std::random_device{}()};
};

} // namespace fovea
