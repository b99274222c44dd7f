// SPDX-License-Identifier: MIT
#include "fovea/decide/sliding_windows.h"

#include <algorithm>
#include <string>

#include "fovea/core/errors.h"

namespace fovea {

namespace {

constexpr double stride = 0.25; // share of the length

} // namespace

std::vector<PlannedWindow> plan_windows(std::int64_t frames,
                                        const std::vector<std::int64_t> &lengths)
{
    std::vector<PlannedWindow> windows;
    for (std::size_t scale = 0; scale < lengths.size(); ++scale) {
        const std::int64_t length = lengths[scale];
        const std::int64_t step = std::max<std::int64_t>(
            1, static_cast<std::int64_t>(static_cast<double>(length) * stride));
        for (std::int64_t start = 0; start + length <= frames; start += step)
            windows.push_back({start, length, scale});
    }
    return windows;
}

std::size_t nearest_scale(double length, const std::vector<std::int64_t> &lengths)
{
    std::size_t best = 0;
    double closest = -1;
    for (std::size_t scale = 0; scale < lengths.size(); ++scale) {
        const auto own = static_cast<double>(lengths[scale]);
        const double share = std::min(own, length) / std::max(own, length);
        if (share > closest) {
            closest = share;
            best = scale;
        }
    }
    return best;
}

std::vector<std::int64_t> window_frames(const PlannedWindow &window, std::int64_t samples)
{
    std::vector<std::int64_t> frames;
    for (std::int64_t i = 0; i < samples; ++i)
        frames.push_back(window.start + i * window.length / samples);
    return frames;
}

std::vector<std::vector<double>> window_priors(const std::vector<int> &labels,
                                               const std::vector<double> &lengths, int classes,
                                               const std::vector<std::int64_t> &windows)
{
    if (labels.size() != lengths.size() || classes < 1)
        throw Error(Error::Kind::Settings, "windows: expected a length for each of " +
                                               std::to_string(labels.size()) + " labels, got " +
                                               std::to_string(lengths.size()));
    const std::size_t scales = windows.size();
    std::vector<std::vector<double>> priors(static_cast<std::size_t>(classes),
                                            std::vector<double>(scales));
    for (std::size_t i = 0; i < labels.size(); ++i) {
        if (labels[i] < 0 || labels[i] >= classes)
            throw Error(Error::Kind::Settings, "windows: expected labels from 0 to " +
                                                   std::to_string(classes - 1) + ", got " +
                                                   std::to_string(labels[i]));
        std::vector<double> &prior = priors[static_cast<std::size_t>(labels[i])];
        bool counts = false;
        for (std::size_t scale = 0; scale < scales; ++scale) {
            const auto own = static_cast<double>(windows[scale]);
            if (lengths[i] < own / 2 || lengths[i] > own * 2)
                continue;
            ++prior[scale];
            counts = true;
        }
        if (!counts)
            ++prior[nearest_scale(lengths[i], windows)];
    }
    for (std::vector<double> &prior : priors) {
        double total = 0;
        for (const double count : prior)
            total += count;
        for (double &count : prior)
            count = total > 0 ? count / total : 1.0 / static_cast<double>(scales);
    }
    return priors;
}

} // namespace fovea
