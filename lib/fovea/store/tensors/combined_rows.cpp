// SPDX-License-Identifier: MIT
#include "fovea/store/tensors/combined_rows.h"

#include <algorithm>
#include <string>
#include <utility>

#include "fovea/core/errors.h"
#include "fovea/core/stated_time.h"

namespace fovea {

namespace {

bool at_same_times(const std::vector<TimeSpan> &a, const std::vector<TimeSpan> &b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), is_same_span);
}

} // namespace

bool rows_combine(const FeatureFile &a, const FeatureFile &b)
{
    return a.features.shape[0] == b.features.shape[0] && at_same_times(a.times, b.times);
}

FeatureFile combined_rows(std::vector<FeatureFile> files)
{
    FeatureFile joint = std::move(files.front());
    for (std::size_t i = 1; i < files.size(); ++i) {
        const Array &left = joint.features;
        const Array &right = files[i].features;
        if (!rows_combine(joint, files[i]))
            throw Error(
                Error::Kind::Settings,
                "segments of models combined: expected rows of the same regions at the same "
                "times, got " +
                    std::to_string(left.shape[0]) + " x " + std::to_string(left.shape[1]) +
                    " of '" + joint.bundle + "' and " + std::to_string(right.shape[0]) + " x " +
                    std::to_string(right.shape[1]) + " of '" + files[i].bundle +
                    "'; combine models of one sampling plan");
        Array both({left.shape[0], left.shape[1], left.shape[2] + right.shape[2]});
        auto out = both.values.begin();
        auto from_left = left.values.begin();
        auto from_right = right.values.begin();
        for (std::int64_t row = 0; row < left.shape[0] * left.shape[1]; ++row) {
            out = std::copy_n(from_left, left.shape[2], out);
            out = std::copy_n(from_right, right.shape[2], out);
            from_left += left.shape[2];
            from_right += right.shape[2];
        }
        joint.features = std::move(both);
    }
    return joint;
}

std::optional<FeatureFile> read_combined_rows(const std::vector<std::filesystem::path> &files)
{
    std::vector<FeatureFile> of_models;
    for (const auto &file : files) {
        if (!std::filesystem::exists(file))
            return std::nullopt;
        of_models.push_back(read_feature_file(file));
    }
    return combined_rows(std::move(of_models));
}

} // namespace fovea
