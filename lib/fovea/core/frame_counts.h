// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace fovea {

/** \brief What the frames that a row or a window was made of were worth */
struct FrameCounts {
    std::int64_t seen = 0;     ///< frames looked at, those that stand twice counted twice
    std::int64_t repeated = 0; ///< of them: stood in for one that did not come
    std::int64_t frozen = 0;   ///< of them: the very picture of the frame before
    std::int64_t corrupt = 0;  ///< of them: reported damaged by the decoder

    bool all_good() const { return repeated == 0 && frozen == 0 && corrupt == 0; }

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
