// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace fovea {

/** \brief What the frames that a row or a window was made of were worth */
struct FrameCounts {
    std::int64_t seen = 0;     ///< frames looked at, those that stand twice counted twice
    std::int64_t repeated = 0; ///< of them: stood in for one that did not come
    std::int64_t frozen = 0;   ///< of them: the very picture of the frame before
    std::int64_t corrupt = 0;  ///< of them: flagged damaged, by the decoder or by foveacamera

    bool all_good() const { return repeated == 0 && frozen == 0 && corrupt == 0; }

    /** \brief Too few good frames to judge by */
    bool mostly_corrupt() const { return 2 * corrupt > seen; }

    FrameCounts &operator+=(const FrameCounts &more)
    {
        seen += more.seen;
        repeated += more.repeated;
        frozen += more.frozen;
        corrupt += more.corrupt;
        return *this;
    }
};

} // namespace fovea
