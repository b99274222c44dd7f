// SPDX-License-Identifier: MIT
#include "fovea/decide/suppression_stream.h"

#include <algorithm>
#include <limits>

namespace fovea {

bool SuppressionStream::is_stronger(const Held &a, const Held &b)
{
    if (a.found.score != b.found.score)
        return a.found.score > b.found.score;
    return a.number < b.number;
}

bool SuppressionStream::covers(const Held &a, const Held &b) const
{
    return a.found.label == b.found.label && is_stronger(a, b) &&
           interval_overlap(a.found.interval, b.found.interval) > overlap_;
}

void SuppressionStream::add(const FoundInterval &found)
{
    held_.push_back({found, next_++, /*told=*/false});
}

std::vector<FoundInterval> SuppressionStream::settle(double time)
{
    // The strongest first: what is settled settles those it covers
    std::sort(held_.begin(), held_.end(), is_stronger);
    std::vector<FoundInterval> told;
    std::vector<Held> kept;
    for (Held &one : held_) {
        bool covered = false;
        bool waits = !one.told && one.found.interval.end > time;
        for (const Held &other : kept) {
            if (one.told || !covers(other, one))
                continue;
            covered = covered || other.told;
            waits = waits || !other.told;
        }
        if (covered)
            continue;
        if (!one.told && !waits) {
            one.told = true;
            told.push_back(one.found);
        }
        kept.push_back(one);
    }
    // What is to come starts behind those told: they can cover nothing more
    kept.erase(
        std::remove_if(kept.begin(), kept.end(),
                       [&](const Held &one) { return one.told && one.found.interval.end <= time; }),
        kept.end());
    held_ = std::move(kept);
    std::sort(told.begin(), told.end(), [](const FoundInterval &a, const FoundInterval &b) {
        return a.interval.start < b.interval.start;
    });
    return told;
}

std::vector<FoundInterval> SuppressionStream::finish()
{
    std::vector<FoundInterval> told = settle(std::numeric_limits<double>::infinity());
    held_.clear();
    return told;
}

} // namespace fovea
