// SPDX-License-Identifier: MIT
#include "fovea/train/data/window_starts.h"

#include <algorithm>

namespace fovea {

namespace {

constexpr double slack = 0.25; // seconds: windows lie on a grid, what is listed does not

} // namespace

std::vector<std::int64_t> window_starts(std::int64_t rows, std::int64_t window, std::int64_t hop)
{
    std::vector<std::int64_t> starts = {0};
    const std::int64_t last = std::max<std::int64_t>(rows - window, 0);
    while (starts.back() < last)
        starts.push_back(std::min(starts.back() + std::max<std::int64_t>(hop, 1), last));
    return starts;
}

std::vector<std::int64_t> starts_in_stretch(const ListedClip &clip, const FeatureFile &file,
                                            std::int64_t window, std::int64_t hop)
{
    const std::vector<TimeSpan> &times = file.times;
    const auto rows = static_cast<std::int64_t>(times.size());
    if (rows == 0)
        return {};
    if (window <= 0)
        window = rows;
    const double stated = file.fps > 0 ? static_cast<double>(file.frames) / file.fps : 0;
    const double seconds = std::max(stated, to_seconds(times.back().end));
    const double from = clip.start.seconds(seconds) - slack;
    const double to = clip.end.seconds(seconds) + slack;
    const double ends_after = clip.ends_after.seconds(seconds) - slack;
    std::vector<std::int64_t> fitting;
    for (const std::int64_t start : window_starts(rows, window, hop)) {
        const std::int64_t last = std::min(start + window, rows) - 1;
        const double begin = to_seconds(times[static_cast<std::size_t>(start)].start);
        const double end = to_seconds(times[static_cast<std::size_t>(last)].end);
        if (begin >= from && end <= to && end >= ends_after)
            fitting.push_back(start);
    }
    return fitting;
}

} // namespace fovea
