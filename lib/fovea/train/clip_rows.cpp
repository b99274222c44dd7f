// SPDX-License-Identifier: MIT
#include "fovea/train/clip_rows.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "fovea/focus/region_choice.h"

namespace fovea {

namespace {

/** \param rows those of each timestep, [R, rows of a timestep, C] \return [R, rows, C] */
Array joined_in_time(const std::vector<at::Tensor> &rows)
{
    const at::Tensor all = at::cat(rows, /*dim=*/1).cpu().contiguous();
    Array joined(all.sizes().vec());
    std::copy_n(all.data_ptr<float>(), all.numel(), joined.values.begin());
    return joined;
}

} // namespace

FeatureFile feature_rows(nn::Backbone &network, const ClipSamples &samples, std::size_t index)
{
    const at::NoGradGuard no_grad;
    network.eval();
    FeatureFile file;
    std::vector<at::Tensor> rows;
    samples.each_timestep(index, [&](const ClipSamples::Timestep &timestep) {
        rows.push_back(network.rows(timestep.views));
        const auto count = static_cast<std::size_t>(rows.back().size(1));
        const std::size_t slots = timestep.frames.size();
        for (std::size_t row = 0; row < count; ++row) {
            const double first = static_cast<double>(timestep.frames[row * slots / count]);
            const double last = static_cast<double>(timestep.frames[(row + 1) * slots / count - 1]);
            file.times.push_back(
                {std::llround(first / timestep.fps * nanoseconds_per_second),
                 std::llround((last + 1) / timestep.fps * nanoseconds_per_second)});
        }
        file.frames = timestep.video_frames;
        file.fps = timestep.fps;
        file.boxes.clear();
        std::vector<RegionKind> kinds;
        for (const Region &region : timestep.regions) {
            file.boxes.push_back(region.box);
            kinds.push_back(region.kind);
        }
        file.regions = region_words(kinds);
    });
    file.features = joined_in_time(rows);
    file.video_id = samples.clip(index).id;
    file.label = samples.clip(index).label;
    return file;
}

Array extracted_rows(FeatureExtractor &extractor, const ClipSamples &samples, std::size_t index)
{
    std::vector<at::Tensor> rows;
    samples.each_timestep(index, [&](const ClipSamples::Timestep &timestep) {
        const at::Tensor views = timestep.views.contiguous();
        Array clips(views.sizes().vec());
        std::copy_n(views.data_ptr<float>(), views.numel(), clips.values.begin());
        Array made = extractor.rows(clips);
        rows.push_back(at::from_blob(made.values.data(), made.shape).clone());
    });
    return joined_in_time(rows);
}

} // namespace fovea
