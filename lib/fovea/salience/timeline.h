// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "fovea/core/time.h"

namespace fovea {

/** \brief What a label looks like: a place in the palette, or neutral for a label that is no event */
constexpr int neutral_tone = -1;

/** \brief How much one moment counts */
struct Moment {
    TimeSpan time;
    float weight = 0; ///< in [0, 1]
};

/** \brief A stretch with an event */
struct Band {
    TimeSpan time;
    int tone = neutral_tone;
};

inline Nanoseconds centre_of(const TimeSpan &time)
{
    return time.start + (time.end - time.start) / 2;
}

/**
 * \brief The entry, of those ordered by centres, that holds \a time and whose centre is nearest
 * \tparam Entry has a TimeSpan `time`
 * \return none when no entry near there holds it
 */
template <typename Entry>
const Entry *nearest_holding(const std::vector<Entry> &entries, Nanoseconds time);

/** \brief Salience over time, with the stretches that hold events */
class Timeline
{
public:
    Timeline() = default;

    /** \brief Moments and bands may come in any order */
    Timeline(std::vector<Moment> moments, std::vector<Band> bands);

    bool empty() const { return moments_.empty(); }

    /** \brief The end of the last moment or band */
    Nanoseconds end() const { return end_; }

    /** \brief Between the moments' centres a straight line; 0 where there are none */
    float weight_at(Nanoseconds time) const;

    /** \brief The tone of the band there, else neutral */
    int tone_at(Nanoseconds time) const;

    /** \brief Whether the moment at \a time is among the weightiest 1 - quantile of all */
    bool salient_at(Nanoseconds time, double quantile) const;

    /** \brief Whether a weight would be; never when all moments weigh the same */
    bool is_salient(float weight, double quantile) const;

    /** \brief Differs between any two that were made from moments and bands */
    std::uint64_t revision() const { return revision_; }

private:
    std::vector<Moment> moments_;
    std::vector<Band> bands_;
    std::vector<float> sorted_weights_;
    Nanoseconds end_ = 0;
    std::uint64_t revision_ = 0;
};

template <typename Entry>
const Entry *nearest_holding(const std::vector<Entry> &entries, Nanoseconds time)
{
    // Windows of one kind overlap a few times only: the holders stand around the insertion point.
    constexpr std::ptrdiff_t reach = 32;
    std::ptrdiff_t low = 0;
    auto high = static_cast<std::ptrdiff_t>(entries.size());
    while (low < high) {
        const std::ptrdiff_t middle = low + (high - low) / 2;
        if (centre_of(entries[static_cast<std::size_t>(middle)].time) < time)
            low = middle + 1;
        else
            high = middle;
    }

    const Entry *best = nullptr;
    Nanoseconds best_distance = 0;
    for (std::ptrdiff_t i = low - reach; i < low + reach; ++i) {
        if (i < 0 || i >= static_cast<std::ptrdiff_t>(entries.size()))
            continue;
        const Entry &entry = entries[static_cast<std::size_t>(i)];
        if (time < entry.time.start || time >= entry.time.end)
            continue;
        const Nanoseconds offset = centre_of(entry.time) - time;
        const Nanoseconds distance = offset < 0 ? -offset : offset;
        if (best == nullptr || distance < best_distance) {
            best = &entry;
            best_distance = distance;
        }
    }
    return best;
}

} // namespace fovea
