// SPDX-License-Identifier: MIT
#include "service/evidence/alarm_course.h"

#include <algorithm>
#include <cmath>

namespace fovea {

double rounded(double value)
{
    constexpr double digits = 1e4;
    return std::round(value * digits) / digits;
}

void AlarmCourse::add(TimeSpan time, const std::vector<ScoredLabel> &scores,
                      const std::vector<WeightedRegion> &regions)
{
    const auto scored = std::find_if(scores.begin(), scores.end(),
                                     [&](const ScoredLabel &one) { return one.label == label_; });
    const float score = scored != scores.end() ? scored->confidence : 0;
    if (windows_.empty() || score > strongest_) {
        strongest_ = score;
        regions_ = regions;
    }
    windows_.push_back({time, score});
    if (windows_.size() <= most_windows)
        return;
    for (std::size_t i = 0; 2 * i + 1 < windows_.size(); ++i) {
        const Window &first = windows_[2 * i];
        const Window &second = windows_[2 * i + 1];
        windows_[i] = {{first.time.start, second.time.end}, std::max(first.score, second.score)};
    }
    if (windows_.size() % 2 == 1)
        windows_[windows_.size() / 2] = windows_.back();
    windows_.resize((windows_.size() + 1) / 2);
}

Json AlarmCourse::json() const
{
    Json windows = Json::array();
    for (const Window &one : windows_)
        windows.push_back({rounded(to_seconds(one.time.start)), rounded(to_seconds(one.time.end)),
                           rounded(one.score)});
    Json regions = Json::array();
    for (const WeightedRegion &one : regions_) {
        const Box &box = one.region.box;
        regions.push_back({rounded(box.x), rounded(box.y), rounded(box.width), rounded(box.height),
                           rounded(one.weight)});
    }
    return {{"windows", windows}, {"regions", regions}};
}

} // namespace fovea
