// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>

namespace fovea {

/** \brief Whether what comes and goes is told now: the first time, and then once each so long */
class SeldomTold
{
public:
    explicit SeldomTold(std::chrono::steady_clock::duration every) : every_(every) {}

    /** \return whether to tell it, which counts as told */
    bool is_due()
    {
        const auto now = std::chrono::steady_clock::now();
        if (now < quiet_until_)
            return false;
        quiet_until_ = now + every_;
        return true;
    }

private:
    std::chrono::steady_clock::duration every_;
    std::chrono::steady_clock::time_point quiet_until_{};
};

} // namespace fovea
