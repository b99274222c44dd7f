// SPDX-License-Identifier: MIT
#include "features/frame_quality.h"

namespace fovea {

FoveaFrameCounts counts_of(const std::vector<HeldFrame> &clip, std::size_t first, std::size_t end)
{
    FoveaFrameCounts counts = {};
    for (std::size_t i = first; i < end; ++i) {
        const HeldFrame &frame = clip[i];
        ++counts.seen;
        if (GST_BUFFER_FLAG_IS_SET(frame.buffer.get(), GST_BUFFER_FLAG_CORRUPTED))
            ++counts.corrupt;
        if (i == 0)
            continue;
        if (frame.buffer == clip[i - 1].buffer)
            ++counts.repeated;
        else if (frame.picture != 0 && frame.picture == clip[i - 1].picture)
            ++counts.frozen;
    }
    return counts;
}

} // namespace fovea
