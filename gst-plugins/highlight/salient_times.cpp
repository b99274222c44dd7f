// SPDX-License-Identifier: MIT
#include "highlight/salient_times.h"

#include <algorithm>
#include <limits>

#include "fovea/core/errors.h"
#include "fovea/store/results/result_json.h"

namespace fovea {

namespace {

/* The last line with something in it may stand before the last window's end. */
Nanoseconds end_of(const std::vector<Result> &results)
{
    Nanoseconds end = 0;
    for (const Result &result : results) {
        end = std::max(end, result.timestamp);
        if (result.has_activity)
            end = std::max(end, result.activity.time.end);
    }
    return end;
}

} // namespace

SalientTimes::SalientTimes(const HighlightOptions &options)
    : options_(options), rule_(options.rule())
{
    if (!learns())
        read_file();
    else if (rule_.threshold <= 0)
        throw Error(Error::Kind::Settings,
                    "property threshold is 0, and a share of the video can only be chosen when all "
                    "of it is known; set threshold above 0 for a stream, or results to the "
                    "results.jsonl of 'fovea label'");
}

void SalientTimes::read_file()
{
    const std::vector<Result> results = read_results(options_.results);
    if (rule_.threshold <= 0 && rule_.ratio >= 1) {
        stretches_ = {{0, std::numeric_limits<Nanoseconds>::max()}};
        return;
    }
    stretches_ = salient_stretches(Timeline(moments_of(results, options_.labels), {}),
                                   {0, end_of(results)}, rule_);
}

void SalientTimes::take(const FoveaMeta &meta)
{
    bool learned = false;
    for (guint i = 0; i < meta.activities->len; ++i) {
        auto *activity = static_cast<FoveaActivity *>(g_ptr_array_index(meta.activities, i));
        if (activity->scope != FOVEA_SCOPE_WINDOW || !seen_.add(activity))
            continue;
        const std::vector<Moment> moments = moments_of(activity_from(*activity), options_.labels);
        moments_.insert(moments_.end(), moments.begin(), moments.end());
        learned = true;
    }
    if (learned)
        learn();
}

/* Only frames of the last `delay` wait: what is long past can no longer matter. */
void SalientTimes::learn()
{
    const Nanoseconds reach = 2 * (options_.delay() + rule_.padding) + rule_.min_duration;
    moments_ = merged(std::move(moments_));
    TimeSpan known = moments_.back().time; // the latest
    const auto recent = std::find_if(moments_.begin(), moments_.end(), [&](const Moment &moment) {
        return moment.time.end >= known.end - reach;
    });
    moments_.erase(moments_.begin(), recent);
    known.start = moments_.front().time.start;
    // a stretch may begin before and end behind what the windows tell of
    known.start = std::max<Nanoseconds>(0, known.start - reach);
    known.end += reach;
    stretches_ = salient_stretches(Timeline(moments_, {}), known, rule_);
}

bool SalientTimes::salient(Nanoseconds time) const
{
    const auto next =
        std::upper_bound(stretches_.begin(), stretches_.end(), time,
                         [](Nanoseconds t, const TimeSpan &stretch) { return t < stretch.start; });
    return next != stretches_.begin() && time < (next - 1)->end;
}

Nanoseconds SalientTimes::length() const
{
    Nanoseconds sum = 0;
    for (const TimeSpan &stretch : stretches_)
        sum += stretch.end - stretch.start;
    return learns() ? 0 : sum;
}

void SalientTimes::reset()
{
    if (!learns())
        return;
    seen_.clear();
    moments_.clear();
    stretches_.clear();
}

} // namespace fovea
