// SPDX-License-Identifier: MIT
#include "fovea/engine/onednn/onednn_extractor.h"

#include <algorithm>
#include <string>
#include <utility>

#include "fovea/engine/clip_checks.h"
#include "fovea/engine/onednn/onednn_stream.h"
#include "fovea/engine/onednn/precision.h"
#include "fovea/engine/threads.h"

namespace fovea {

namespace {

// One clip of 8 x 224 x 224 at once: I3D is no faster with more (measured), only the arena grows,
// and with it the time until the first row.
constexpr std::int64_t batch_pixels = std::int64_t(8) * 224 * 224;
constexpr std::int64_t long_clip = 128; ///< frames; longer ones go through a stream
constexpr std::int64_t long_clip_step = 64;

std::shared_ptr<OnednnNetwork> network_for(DescribedNetwork network, const ClipSize &clip,
                                           const EngineOptions &options)
{
    check_is_cpu(options.device);
    const double pixels = static_cast<double>(clip.frames * clip.height * clip.width);
    const int threads =
        threads_for(options.threads, network.flops_per_pixel * std::max(pixels, 1.0));
    return std::make_shared<OnednnNetwork>(std::move(network), element_for(options.precision),
                                           threads, options.ranges);
}

} // namespace

OnednnExtractor::OnednnExtractor(DescribedNetwork network, const ClipSize &clip,
                                 const EngineOptions &options)
    : network_(network_for(std::move(network), clip, options)),
      batch_size_(checked_batch_size(options.batch_size))
{
}

Array OnednnExtractor::rows_of_batch(const PlanarClips &clips)
{
    const std::vector<MapShape> shapes =
        map_shapes(network_->graph(), {clips.channels, clips.frames, clips.height, clips.width});
    const GraphStep step =
        GraphClock(network_->graph(), shapes).advance(clips.frames, /*last=*/true);
    const auto fill = [&](std::byte *to, const ValueFormat &format) {
        load_frames(to, format, clips.frames, 0, clips, 0, clips.frames);
    };
    return network_->run(shapes, step, clips.clips, fill, nullptr);
}

Array OnednnExtractor::rows_of_long(const PlanarClips &clip)
{
    OnednnStream stream(network_,
                        {clip.clips, clip.height, clip.width, clip.frames, long_clip_step});
    Array rows = stream.push(clip);
    const Array last = stream.finish();
    rows.shape[1] += last.shape[1]; // of one clip: the last ones stand behind
    rows.values.insert(rows.values.end(), last.values.begin(), last.values.end());
    return rows;
}

Array OnednnExtractor::rows(const Array &clips)
{
    check_clips(clips);
    network_->described().check_clip(clips.shape[2], clips.shape[3], clips.shape[4]);
    const PlanarClips all(clips);
    const bool is_long = all.frames > long_clip && network_->can_stream();
    const std::int64_t fit = std::max<std::int64_t>(
        1, batch_size_ > 0 ? batch_size_ : batch_pixels / (all.frames * all.height * all.width));
    // Batches of one size, or two that differ by one: few shapes to compile
    const std::int64_t batches = is_long ? all.clips : (all.clips + fit - 1) / fit;
    Array rows;
    for (std::int64_t i = 0; i < batches; ++i) {
        const std::int64_t begin = i * all.clips / batches;
        const PlanarClips some = all.narrow(begin, (i + 1) * all.clips / batches - begin);
        Array part = is_long ? rows_of_long(some) : rows_of_batch(some);
        if (i == 0)
            rows = std::move(part);
        else
            rows.values.insert(rows.values.end(), part.values.begin(), part.values.end());
    }
    rows.shape[0] = all.clips;
    return rows;
}

std::int64_t OnednnExtractor::channels() const
{
    return network_->described().channels;
}

std::int64_t OnednnExtractor::rows_of(std::int64_t frames) const
{
    return network_->described().rows_of(frames);
}

std::int64_t OnednnExtractor::frames_per_row() const
{
    return network_->can_stream() ? network_->temporal_stride() : 0;
}

std::unique_ptr<FeatureStream> OnednnExtractor::open_stream(const StreamOptions &options)
{
    return std::make_unique<OnednnStream>(network_, options);
}

std::string OnednnExtractor::runtime() const
{
    return runtime_of(*network_);
}

} // namespace fovea
