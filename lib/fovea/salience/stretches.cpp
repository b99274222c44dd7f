// SPDX-License-Identifier: MIT
#include "fovea/salience/stretches.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace fovea {

namespace {

/* Time is looked at in steps: finer than a frame, coarser for a video of hours. */
constexpr Nanoseconds finest_step = 10 * nanoseconds_per_millisecond;
constexpr Nanoseconds most_steps = 500'000;

class Steps
{
public:
    Steps(const Timeline &timeline, const TimeSpan &video)
        : video_(video),
          step_(std::max(finest_step, (video.end - video.start + most_steps - 1) / most_steps))
    {
        const auto count = static_cast<std::size_t>((video.end - video.start + step_ - 1) / step_);
        for (std::size_t i = 0; i < count; ++i)
            weights_.push_back(timeline.weight_at(start_of(i) + step_ / 2));
    }

    std::size_t size() const { return weights_.size(); }

    float weight(std::size_t step) const { return weights_[step]; }

    /* By weight, then by the distance to the middle of a run of equal weights, then by time */
    std::vector<std::size_t> weightiest_first() const
    {
        const std::vector<std::size_t> off_middle = distances_to_middle();
        std::vector<std::size_t> order(size());
        std::iota(order.begin(), order.end(), 0);
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            if (weights_[a] != weights_[b])
                return weights_[a] > weights_[b];
            return off_middle[a] < off_middle[b];
        });
        return order;
    }

    /* The runs of chosen steps, grown, with those that touch made one */
    std::vector<TimeSpan> stretches(const std::vector<bool> &chosen, const StretchRule &rule) const
    {
        std::vector<TimeSpan> found;
        for (std::size_t first = 0; first < size(); ++first) {
            if (!chosen[first])
                continue;
            std::size_t last = first;
            while (last + 1 < size() && chosen[last + 1])
                ++last;
            const TimeSpan stretch = grown({start_of(first), start_of(last + 1)}, rule);
            if (!found.empty() && stretch.start <= found.back().end)
                found.back().end = std::max(found.back().end, stretch.end);
            else
                found.push_back(stretch);
            first = last;
        }
        return found;
    }

    /* \a length of the video around \a step */
    TimeSpan around(std::size_t step, Nanoseconds length) const
    {
        return placed({start_of(step), start_of(step + 1)}, length);
    }

private:
    Nanoseconds start_of(std::size_t step) const
    {
        return std::min(video_.end, video_.start + static_cast<Nanoseconds>(step) * step_);
    }

    TimeSpan placed(const TimeSpan &around, Nanoseconds length) const
    {
        const Nanoseconds latest = std::max(video_.start, video_.end - length);
        const Nanoseconds start = std::clamp(centre_of(around) - length / 2, video_.start, latest);
        return {start, std::min(video_.end, start + length)};
    }

    TimeSpan grown(const TimeSpan &stretch, const StretchRule &rule) const
    {
        const bool is_short = stretch.end - stretch.start < rule.min_duration;
        const TimeSpan full = is_short ? placed(stretch, rule.min_duration) : stretch;
        return {std::max(video_.start, full.start - rule.padding),
                std::min(video_.end, full.end + rule.padding)};
    }

    std::vector<std::size_t> distances_to_middle() const
    {
        std::vector<std::size_t> distances(size());
        for (std::size_t first = 0; first < size();) {
            std::size_t end = first + 1;
            while (end < size() && weights_[end] == weights_[first])
                ++end;
            const std::size_t middle = first + (end - first) / 2;
            for (std::size_t i = first; i < end; ++i)
                distances[i] = i < middle ? middle - i : i - middle;
            first = end;
        }
        return distances;
    }

    TimeSpan video_;
    Nanoseconds step_;
    std::vector<float> weights_;
};

Nanoseconds length_of(const std::vector<TimeSpan> &stretches)
{
    Nanoseconds sum = 0;
    for (const TimeSpan &stretch : stretches)
        sum += stretch.end - stretch.start;
    return sum;
}

std::vector<TimeSpan> by_threshold(const Steps &steps, const StretchRule &rule)
{
    std::vector<bool> chosen(steps.size());
    for (std::size_t i = 0; i < steps.size(); ++i)
        chosen[i] = static_cast<double>(steps.weight(i)) >= rule.threshold;
    return steps.stretches(chosen, rule);
}

std::vector<TimeSpan> by_ratio(const Steps &steps, const TimeSpan &video, const StretchRule &rule)
{
    const auto budget = static_cast<Nanoseconds>(
        std::floor(rule.ratio * static_cast<double>(video.end - video.start)));
    const std::vector<std::size_t> order = steps.weightiest_first();
    if (order.empty() || steps.weight(order.front()) <= 0)
        return {};
    const auto of_the_first = [&](std::size_t count) {
        std::vector<bool> chosen(steps.size());
        for (std::size_t i = 0; i < count; ++i)
            chosen[order[i]] = steps.weight(order[i]) > 0;
        return steps.stretches(chosen, rule);
    };

    std::size_t fits = 0; // so many of the weightiest steps
    std::size_t exceeds = steps.size() + 1;
    while (exceeds - fits > 1) {
        const std::size_t middle = fits + (exceeds - fits) / 2;
        (length_of(of_the_first(middle)) <= budget ? fits : exceeds) = middle;
    }
    if (fits == 0)
        return {steps.around(order.front(), budget)};
    return of_the_first(fits);
}

} // namespace

std::vector<TimeSpan> salient_stretches(const Timeline &timeline, const TimeSpan &video,
                                        const StretchRule &rule)
{
    if (video.end <= video.start)
        return {};
    const Steps steps(timeline, video);
    return rule.threshold > 0 ? by_threshold(steps, rule) : by_ratio(steps, video, rule);
}

} // namespace fovea
