// SPDX-License-Identifier: MIT
#include "fovea/eval/random_crops.h"

#include <algorithm>

#include "fovea/core/random.h"
#include "fovea/decide/feature_row.h"

namespace fovea {

namespace {

constexpr std::uint64_t crop_stream = 5; // of random numbers; 1 to 4 are others of training

} // namespace

std::vector<std::int64_t> random_starts(std::int64_t rows, std::int64_t window, int count,
                                        std::uint64_t seed)
{
    if (rows <= window)
        return {0};
    Random random({seed, crop_stream});
    std::vector<std::int64_t> starts;
    for (int i = 0; i < count; ++i)
        starts.push_back(
            static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(rows - window + 1))));
    return starts;
}

std::vector<float> mean_of_crops(ActivityHead &head, const FeatureFile &file, int window, int crops)
{
    const std::int64_t rows = file.features.shape[1];
    const std::int64_t length = window > 0 ? std::min<std::int64_t>(window, rows) : rows;
    std::vector<std::deque<FeatureRow>> versions = {rows_of(file.features)};
    if (!file.mirrored.values.empty())
        versions.push_back(rows_of(file.mirrored));
    std::vector<float> mean;
    float count = 0;
    for (const std::int64_t start : random_starts(rows, length, crops, /*seed=*/0)) {
        for (const std::deque<FeatureRow> &version : versions) {
            const auto scores = head.run(stacked(version, static_cast<std::size_t>(start),
                                                 static_cast<std::size_t>(length)))
                                    .scores;
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

} // namespace fovea
