// SPDX-License-Identifier: MIT
#include "fovea/train/clip_rows.h"

#include <algorithm>
#include <vector>

#include <ATen/core/grad_mode.h>

#include "fovea/focus/region_choice.h"
#include "fovea/store/tensors/torch_tensor.h"

namespace fovea {

namespace {

/** \param rows those of each timestep, [R, rows of a timestep, C] \return [R, rows, C] */
Array joined_in_time(const std::vector<at::Tensor> &rows)
{
    return array_of(at::cat(rows, /*dim=*/1));
}

/** \brief How many regions are run at once: a clip of all timesteps is large enough alone */
std::size_t at_once(const ClipSamples::Timestep &timestep)
{
    return timestep.of > 1 ? timestep.regions.size() : 1;
}

/** \brief Rows of all regions, some at once \return [R, rows, C] */
template <typename Run>
at::Tensor rows_of_regions(const ClipSamples::Timestep &timestep, const Run &run)
{
    const std::size_t all = timestep.regions.size();
    std::vector<at::Tensor> rows;
    for (std::size_t first = 0; first < all; first += at_once(timestep))
        rows.push_back(run(timestep.views(first, std::min(at_once(timestep), all - first))));
    return at::cat(rows, /*dim=*/0);
}

} // namespace

FeatureFile feature_rows(nn::Backbone &network, const ClipSamples &samples, std::size_t index)
{
    const at::NoGradGuard no_grad;
    network.eval();
    FeatureFile file;
    std::vector<at::Tensor> rows;
    samples.each_timestep(index, [&](const ClipSamples::Timestep &timestep) {
        rows.push_back(rows_of_regions(
            timestep, [&](const at::Tensor &views) { return network.rows(views); }));
        const auto count = static_cast<std::size_t>(rows.back().size(1));
        const std::size_t slots = timestep.frames.size();
        for (std::size_t row = 0; row < count; ++row) {
            const double first = static_cast<double>(timestep.frames[row * slots / count]);
            const double last = static_cast<double>(timestep.frames[(row + 1) * slots / count - 1]);
            file.times.push_back(
                {to_nanoseconds(first / timestep.fps), to_nanoseconds((last + 1) / timestep.fps)});
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
        rows.push_back(rows_of_regions(timestep, [&](const at::Tensor &views) {
            return tensor_of(extractor.rows(array_of(views)));
        }));
    });
    return joined_in_time(rows);
}

} // namespace fovea
