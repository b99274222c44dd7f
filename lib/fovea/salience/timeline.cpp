// SPDX-License-Identifier: MIT
#include "fovea/salience/timeline.h"

#include <algorithm>
#include <atomic>
#include <cmath>

namespace fovea {

namespace {

template <typename Entry>
void sort_by_centre(std::vector<Entry> &entries)
{
    std::stable_sort(entries.begin(), entries.end(), [](const Entry &a, const Entry &b) {
        return centre_of(a.time) < centre_of(b.time);
    });
}

std::uint64_t next_revision()
{
    static std::atomic<std::uint64_t> revision = 0;
    return ++revision;
}

} // namespace

Timeline::Timeline(std::vector<Moment> moments, std::vector<Band> bands)
    : moments_(std::move(moments)), bands_(std::move(bands)), revision_(next_revision())
{
    sort_by_centre(moments_);
    sort_by_centre(bands_);
    for (const Moment &moment : moments_) {
        sorted_weights_.push_back(moment.weight);
        end_ = std::max(end_, moment.time.end);
    }
    for (const Band &band : bands_)
        end_ = std::max(end_, band.time.end);
    std::sort(sorted_weights_.begin(), sorted_weights_.end());
}

float Timeline::weight_at(Nanoseconds time) const
{
    const auto next = std::lower_bound(
        moments_.begin(), moments_.end(), time,
        [](const Moment &moment, Nanoseconds t) { return centre_of(moment.time) < t; });
    if (next != moments_.begin() && next != moments_.end()) {
        const Moment &before = *(next - 1);
        const bool touch = next->time.start <= before.time.end;
        if (touch) {
            const auto a = static_cast<double>(centre_of(before.time));
            const auto b = static_cast<double>(centre_of(next->time));
            const double share = b > a ? (static_cast<double>(time) - a) / (b - a) : 0;
            return static_cast<float>(before.weight + share * (next->weight - before.weight));
        }
    }
    const Moment *held = nearest_holding(moments_, time);
    return held != nullptr ? held->weight : 0;
}

int Timeline::tone_at(Nanoseconds time) const
{
    const Band *band = nearest_holding(bands_, time);
    return band != nullptr ? band->tone : neutral_tone;
}

bool Timeline::salient_at(Nanoseconds time, double quantile) const
{
    const Moment *moment = nearest_holding(moments_, time);
    return moment != nullptr && is_salient(moment->weight, quantile);
}

bool Timeline::is_salient(float weight, double quantile) const
{
    if (sorted_weights_.empty())
        return false;
    const auto rank = static_cast<std::size_t>(
        std::floor(quantile * static_cast<double>(sorted_weights_.size())));
    const float threshold = sorted_weights_[std::min(rank, sorted_weights_.size() - 1)];
    return weight >= threshold && weight > sorted_weights_.front();
}

} // namespace fovea
