#include "commands/verdict.h"

#include <algorithm>

#include "fovea/train/data/feature_samples.h"

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

int strongest_class(const Verdict &verdict, const DecisionRule &rule)
{
    if (const auto decided = decide(verdict.decided, rule))
        return decided->label;
    const auto best = std::max_element(verdict.scores.begin(), verdict.scores.end());
    return static_cast<int>(best - verdict.scores.begin());
}

std::vector<float> mean_of_crops(ActivityHead &head, const FeatureFile &file, int window, int crops)
{
    const std::int64_t rows = file.features.shape[1];
    const std::int64_t length = window > 0 ? std::min<std::int64_t>(window, rows) : rows;
    std::vector<float> mean;
    float count = 0;
    for (const std::int64_t start : random_starts(rows, length, crops, /*seed=*/0)) {
        for (const Array *from : {&file.features, &file.mirrored}) {
            if (from->values.empty())
                continue;
            const auto scores = head.judge(window_of(*from, start, length)).scores;
            mean.resize(scores.size());
            for (std::size_t i = 0; i < scores.size(); ++i)
                mean[i] += scores[i];
            ++count;
        }
    }
    for (float &score : mean)
        score /= count;
    return mean;
}

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
        verdict.scores.resize(judged.scores.size());
        for (std::size_t i = 0; i < judged.scores.size(); ++i)
            verdict.scores[i] =
                rule.many_labels
                    ? std::max(verdict.scores[i], judged.scores[i])
                    : verdict.scores[i] + judged.scores[i] / static_cast<float>(starts.size());
    }
    verdict.decided = video.scores();
    verdict.strongest = strongest_class(verdict, rule);
    return verdict;
}

} // namespace fovea
