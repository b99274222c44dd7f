// SPDX-License-Identifier: MIT
#include "fovea/decide/segment_finder.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "fovea/core/errors.h"
#include "fovea/decide/sliding_windows.h"
#include "fovea/decide/temporal_nms.h"

namespace fovea {

namespace {

Error wrong(const std::string &expected, const std::string &got)
{
    return {Error::Kind::Settings, "segments: expected " + expected + ", got " + got};
}

void check(const SegmentRule &rule)
{
    if (rule.lengths.empty() || *std::min_element(rule.lengths.begin(), rule.lengths.end()) < 1)
        throw wrong("windows of a row or more", std::to_string(rule.lengths.size()) + " lengths");
    if (rule.rows < 1)
        throw wrong("a timestep of a row or more", std::to_string(rule.rows));
    if (!(rule.stride > 0) || rule.stride > 1)
        throw wrong("a stride in (0, 1]", std::to_string(rule.stride));
    if (rule.overlap < 0 || rule.overlap > 1)
        throw wrong("an overlap in [0, 1]", std::to_string(rule.overlap));
    for (const auto &prior : rule.priors) {
        if (prior.size() != rule.lengths.size())
            throw wrong("a prior for each of " + std::to_string(rule.lengths.size()) + " lengths",
                        std::to_string(prior.size()));
    }
}

/** \brief The classes that a window shows: the best one, or of many labels all that are strong; none where it was not proposed */
std::vector<int> classes_of(const std::vector<float> &scores, const SegmentRule &rule)
{
    std::vector<int> classes;
    const auto best =
        static_cast<int>(std::max_element(scores.begin(), scores.end()) - scores.begin());
    for (int label = 0; label < static_cast<int>(scores.size()); ++label) {
        const bool shown = rule.many_labels || label == best;
        if (shown && label != rule.background &&
            scores[static_cast<std::size_t>(label)] >= rule.threshold)
            classes.push_back(label);
    }
    return classes;
}

std::vector<Segment> segments_of(const std::vector<FoundInterval> &told)
{
    std::vector<Segment> segments;
    for (const FoundInterval &one : told)
        segments.push_back(
            {one.label,
             static_cast<float>(one.score),
             {to_nanoseconds(one.interval.start), to_nanoseconds(one.interval.end)}});
    return segments;
}

} // namespace

RowWindows::RowWindows(std::shared_ptr<ActivityHead> head, const SegmentRule &rule)
    : head_(std::move(head)), rule_(rule)
{
    check(rule_);
    longest_ = rule_.of_frames
                   ? rule_.rows
                   : rule_.rows * *std::max_element(rule_.lengths.begin(), rule_.lengths.end());
}

std::int64_t RowWindows::step_of(std::size_t scale) const
{
    const auto length = static_cast<double>(rule_.lengths[scale]);
    return std::max<std::int64_t>(1, static_cast<std::int64_t>(length * rule_.stride));
}

std::vector<FoundInterval> RowWindows::add(const FeatureRow &row)
{
    if (!rows_.empty() && (row.regions.size() != rows_.back().regions.size() ||
                           row.channels != rows_.back().channels))
        throw wrong(std::to_string(rows_.back().regions.size()) + " regions as in the rows before",
                    std::to_string(row.regions.size()));
    rows_.push_back(row);
    if (static_cast<std::int64_t>(rows_.size()) > longest_)
        rows_.pop_front();
    ++count_;

    std::vector<FoundInterval> found;
    if (count_ % rule_.rows != 0) // in the middle of a timestep
        return found;
    if (rule_.of_frames) {
        score_timestep(&found);
        return found;
    }
    const std::int64_t timesteps = count_ / rule_.rows;
    for (std::size_t scale = 0; scale < rule_.lengths.size(); ++scale) {
        const std::int64_t length = rule_.lengths[scale];
        if (timesteps < length || (timesteps - length) % step_of(scale) != 0)
            continue;
        const TimeSpan &first = (rows_.end() - length * rule_.rows)->time;
        score(length * rule_.rows, {to_seconds(first.start), to_seconds(row.time.end)}, scale,
              &found);
    }
    return found;
}

/** \brief What the last \a rows show, which span \a time */
void RowWindows::score(std::int64_t rows, TimeInterval time, std::size_t scale,
                       std::vector<FoundInterval> *found) const
{
    const std::vector<float> scores =
        head_
            ->run(stacked(rows_, rows_.size() - static_cast<std::size_t>(rows),
                          static_cast<std::size_t>(rows)))
            .scores;
    for (const int label : classes_of(scores, rule_)) {
        const auto place = static_cast<std::size_t>(label);
        if (!rule_.priors.empty() && place >= rule_.priors.size())
            throw wrong("priors of class " + std::to_string(label),
                        std::to_string(rule_.priors.size()) + " classes");
        const double prior = rule_.priors.empty() ? 1 : rule_.priors[place][scale];
        found->push_back({time, label, static_cast<double>(scores[place]) * prior});
    }
}

void RowWindows::score_timestep(std::vector<FoundInterval> *found) const
{
    if (!(rule_.fps > 0))
        throw wrong("the frames a second of the video, measured or given, for windows of frames",
                    std::to_string(rule_.fps));
    const TimeSpan &first = (rows_.end() - rule_.rows)->time;
    const double start = to_seconds(first.start);
    // Of the window the sampled frames alone are known; its end lies behind the last of them
    const std::size_t scale =
        nearest_scale((to_seconds(rows_.back().time.end) - start) * rule_.fps, rule_.lengths);
    const double length = static_cast<double>(rule_.lengths[scale]) / rule_.fps;
    score(rule_.rows, {start, start + length}, scale, found);
}

double RowWindows::frontier() const
{
    if (rows_.empty())
        return 0;
    if (rule_.of_frames) {
        const auto longest = *std::max_element(rule_.lengths.begin(), rule_.lengths.end());
        return to_seconds(rows_.back().time.end) - static_cast<double>(longest) / rule_.fps;
    }
    const std::int64_t timesteps = count_ / rule_.rows;
    std::int64_t first = timesteps; // the one that comes next
    for (std::size_t scale = 0; scale < rule_.lengths.size(); ++scale) {
        const std::int64_t length = rule_.lengths[scale];
        const std::int64_t step = step_of(scale);
        const std::int64_t ended = timesteps < length ? 0 : (timesteps - length) / step + 1;
        first = std::min(first, ended * step);
    }
    // A timestep that is not there yet starts no earlier than the last one that is
    const std::int64_t last = (count_ - 1) / rule_.rows;
    const auto held = static_cast<std::int64_t>(rows_.size());
    const std::int64_t place = std::min(first, last) * rule_.rows - (count_ - held);
    return to_seconds(rows_[static_cast<std::size_t>(std::max<std::int64_t>(place, 0))].time.start);
}

void RowWindows::reset()
{
    rows_.clear();
    count_ = 0;
}

SegmentFinder::SegmentFinder(std::shared_ptr<ActivityHead> head, const SegmentRule &rule)
    : windows_(std::move(head), rule), intervals_(rule.overlap)
{
}

std::vector<Segment> SegmentFinder::add(const FeatureRow &row)
{
    for (const FoundInterval &found : windows_.add(row))
        intervals_.add(found);
    return segments_of(intervals_.settle(windows_.frontier()));
}

std::vector<Segment> SegmentFinder::finish()
{
    windows_.reset();
    return segments_of(intervals_.finish());
}

std::vector<FoundInterval> find_windows(std::shared_ptr<ActivityHead> head, const SegmentRule &rule,
                                        const Array &rows, const std::vector<TimeSpan> &times,
                                        const std::vector<std::int64_t> &jumps)
{
    RowWindows windows(std::move(head), rule);
    std::vector<FoundInterval> all;
    for (const FeatureRow &row : rows_of(rows, times, jumps)) {
        if (row.after_jump)
            windows.reset();
        const auto found = windows.add(row);
        all.insert(all.end(), found.begin(), found.end());
    }
    return all;
}

std::vector<Segment> find_segments(std::shared_ptr<ActivityHead> head, const SegmentRule &rule,
                                   const Array &rows, const std::vector<TimeSpan> &times,
                                   const std::vector<std::int64_t> &jumps)
{
    std::vector<FoundInterval> found =
        suppressed(find_windows(std::move(head), rule, rows, times, jumps), rule.overlap);
    std::sort(found.begin(), found.end(), [](const FoundInterval &a, const FoundInterval &b) {
        return a.interval.end < b.interval.end;
    });
    return segments_of(found);
}

Activity activity_of(const Segment &segment, const std::vector<std::string> &labels)
{
    Activity activity;
    activity.scope = Activity::Scope::Segment;
    activity.label = {labels.at(static_cast<std::size_t>(segment.label)), segment.label,
                      segment.confidence};
    activity.time = segment.time;
    return activity;
}

} // namespace fovea
