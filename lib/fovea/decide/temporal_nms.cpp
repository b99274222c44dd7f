// SPDX-License-Identifier: MIT
#include "fovea/decide/temporal_nms.h"

#include <algorithm>

namespace fovea {

std::vector<FoundInterval> suppressed(std::vector<FoundInterval> found, double overlap)
{
    std::stable_sort(
        found.begin(), found.end(),
        [](const FoundInterval &a, const FoundInterval &b) { return a.score > b.score; });
    std::vector<FoundInterval> kept;
    for (const FoundInterval &one : found) {
        const bool covered =
            std::any_of(kept.begin(), kept.end(), [&](const FoundInterval &stronger) {
                return stronger.label == one.label &&
                       interval_overlap(stronger.interval, one.interval) > overlap;
            });
        if (!covered)
            kept.push_back(one);
    }
    return kept;
}

} // namespace fovea
