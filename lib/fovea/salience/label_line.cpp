// SPDX-License-Identifier: MIT
#include "fovea/salience/label_line.h"

#include <algorithm>
#include <utility>

#include "fovea/core/clock_text.h"
#include "fovea/core/formatted.h"
#include "fovea/salience/timeline.h"

namespace fovea {

namespace {

constexpr std::size_t told_moments = 3;

const Activity *video_activity(const std::vector<Result> &results)
{
    const Activity *found = nullptr;
    for (const Result &result : results)
        if (result.has_activity && result.activity.scope == Activity::Scope::Video)
            found = &result.activity;
    return found;
}

/* Windows overlap: a moment that touches a stronger one tells nothing new. */
std::vector<Moment> strongest(std::vector<Moment> moments)
{
    std::stable_sort(moments.begin(), moments.end(),
                     [](const Moment &a, const Moment &b) { return a.weight > b.weight; });
    std::vector<Moment> result;
    for (const Moment &moment : moments) {
        const bool apart = std::all_of(result.begin(), result.end(), [&](const Moment &other) {
            return moment.time.end <= other.time.start || moment.time.start >= other.time.end;
        });
        if (apart && result.size() < told_moments)
            result.push_back(moment);
    }
    return result;
}

std::vector<Moment> moments_of(const std::vector<Result> &results, const Activity &video)
{
    std::vector<Moment> moments;
    bool windows_differ = false;
    for (const Result &result : results) {
        if (!result.has_activity || result.activity.scope != Activity::Scope::Window)
            continue;
        if (result.activity.label.label == video.label.label)
            moments.push_back({result.activity.time, result.activity.label.confidence});
        else
            windows_differ = true;
    }
    if (windows_differ)
        return moments;
    if (!moments.empty()) // every window says the same: none stands out by its label
        return {};
    for (const Salience &salience : video.salience)
        moments.push_back({salience.time, salience.weight});
    return moments;
}

/** \brief The alarms of the video's label, as they ended */
std::vector<Moment> alarms_of(const std::vector<Result> &results, const Activity &video)
{
    std::vector<Moment> alarms;
    for (const Result &result : results) {
        const bool ended = result.alarm && result.alarm->kind == AlarmEvent::Kind::End;
        if (ended && result.alarm->label.label == video.label.label)
            alarms.push_back({result.alarm->time, result.alarm->label.confidence});
    }
    return alarms;
}

} // namespace

std::string label_line(const std::vector<Result> &results)
{
    const Activity *video = video_activity(results);
    if (video == nullptr)
        return "nothing recognised";

    std::string line =
        video->label.label + formatted(" %.2f", static_cast<double>(video->label.confidence));

    std::vector<Moment> moments = alarms_of(results, *video);
    const char *separator = moments.empty() ? "; strongest at " : "; alarm at ";
    if (moments.empty())
        moments = moments_of(results, *video);
    for (const Moment &moment : strongest(std::move(moments))) {
        line += separator + clock_text(to_seconds(moment.time.start)) + "-" +
                clock_text(to_seconds(moment.time.end));
        separator = ", ";
    }
    return line;
}

} // namespace fovea
