#include "verdict.h"

#include <algorithm>

#include "fovea/train/feature_samples.h"

namespace fovea {

namespace {

/** \brief Rows \a start to \a start + \a count of all regions */
Array window_of(const Array &rows, std::int64_t start, std::int64_t count)
{
    const std::int64_t channels = rows.shape[2];
    Array window({rows.shape[0], count, channels});
    for (std::int64_t region = 0; region < rows.shape[0]; ++region) {
        const auto first = rows.values.begin() + (region * rows.shape[1] + start) * channels;
        std::copy(first, first + count * channels,
                  window.values.begin() + region * count * channels);
    }
    return window;
}

} // namespace

Verdict judge_video(ActivityHead &head, const Array &rows, const CardDecision &decision,
                    const DecisionRule &rule)
{
    const std::int64_t count = rows.shape[1];
    const std::int64_t window =
        decision.window > 0 ? std::min<std::int64_t>(decision.window, count) : count;
    Verdict verdict;
    VideoDecision video(rule);
    const auto starts = window_starts(count, window, decision.hop);
    for (const std::int64_t start : starts) {
        const Judgement judged = head.judge(window_of(rows, start, window));
        video.add({start, start + window}, judged.scores);
        verdict.mean.resize(judged.scores.size());
        for (std::size_t i = 0; i < judged.scores.size(); ++i)
            verdict.mean[i] += judged.scores[i] / static_cast<float>(starts.size());
    }
    const auto decided = video.decision();
    const auto best = std::max_element(verdict.mean.begin(), verdict.mean.end());
    verdict.strongest = decided ? decided->label : static_cast<int>(best - verdict.mean.begin());
    return verdict;
}

} // namespace fovea
