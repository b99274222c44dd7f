// SPDX-License-Identifier: MIT
#include "fovea/train/quantisation.h"

#include <algorithm>
#include <vector>

#include <ATen/ATen.h>

namespace fovea {

namespace {

constexpr std::size_t timesteps_of_clip = 4;
constexpr std::int64_t most_frames = 64; ///< in float, at once: LibTorch keeps whole maps

/** True for \a count places spread over \a all */
bool is_chosen(std::size_t place, std::size_t count, std::size_t all)
{
    return place * count / all != (place + 1) * count / all;
}

} // namespace

void show_clips(RangeFinder &finder, const ClipSamples &samples, std::size_t clips,
                const std::function<void(double)> &seen)
{
    const std::size_t all = samples.order(0).size();
    for (std::size_t i = 0; i < all; ++i) {
        if (!is_chosen(i, std::min(clips, all), all))
            continue;
        std::size_t count = 0;
        samples.each_timestep(i, [&](const ClipSamples::Timestep &) { ++count; });
        std::size_t place = 0;
        samples.each_timestep(i, [&](const ClipSamples::Timestep &timestep) {
            if (!is_chosen(place++, std::min(timesteps_of_clip, count), count))
                return;
            const std::int64_t frames = std::min(timestep.views.size(2), most_frames);
            for (std::int64_t region = 0; region < timestep.views.size(0); ++region)
                finder.see(timestep.views.narrow(0, region, 1).narrow(2, 0, frames));
        });
        seen(static_cast<double>(i + 1) / static_cast<double>(all));
    }
}

Array extracted_rows(FeatureExtractor &extractor, const ClipSamples &samples, std::size_t index)
{
    std::vector<at::Tensor> rows; // [R, rows of a timestep, C] each
    samples.each_timestep(index, [&](const ClipSamples::Timestep &timestep) {
        const at::Tensor views = timestep.views.contiguous();
        Array clips(views.sizes().vec());
        std::copy_n(views.data_ptr<float>(), views.numel(), clips.values.begin());
        Array made = extractor.rows(clips);
        rows.push_back(at::from_blob(made.values.data(), made.shape).clone());
    });
    const at::Tensor all = at::cat(rows, /*dim=*/1).contiguous();
    Array joined(all.sizes().vec());
    std::copy_n(all.data_ptr<float>(), all.numel(), joined.values.begin());
    return joined;
}

} // namespace fovea
