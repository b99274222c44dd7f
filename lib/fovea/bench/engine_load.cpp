// SPDX-License-Identifier: MIT
#include "fovea/bench/engine_load.h"

#include <algorithm>
#include <random>
#include <utility>
#include <vector>

#include "fovea/bundle/load_networks.h"
#include "fovea/engine/feature_stream.h"

namespace fovea {

namespace {

constexpr std::int64_t most_bytes_a_call = 256 << 20; // as foveafeatures

/** Not zeros, on which a processor draws less power and runs faster than on pictures */
Array noise(std::vector<std::int64_t> shape)
{
    Array array(std::move(shape));
    std::minstd_rand random(1);
    std::uniform_real_distribution<float> value(-1, 1);
    std::generate(array.values.begin(), array.values.end(), [&] { return value(random); });
    return array;
}

} // namespace

EngineLoad::EngineLoad(const Bundle &model, const EngineOptions &options, int regions,
                       bool one_clip)
    : regions_(regions),
      sampling_(model.activity().sampling),
      size_(model.activity().input.size),
      extractor_(load_feature_extractor(model, options)),
      streams_(one_clip && extractor_->frames_per_row() > 0)
{
    const auto clip_bytes = static_cast<std::int64_t>(sizeof(float)) * 3 * sampling_.frames *
                            size_.height * size_.width;
    batch_ = std::clamp<std::int64_t>(most_bytes_a_call / clip_bytes, 1, regions);
    const auto clips_of = [&](std::int64_t count) {
        return noise({count, 3, sampling_.frames, size_.height, size_.width});
    };
    full_ = clips_of(batch_);
    rest_ = clips_of(std::max<std::int64_t>(regions % batch_, 1));
    pushed_ = noise({regions, 3, std::max<std::int64_t>(extractor_->frames_per_row(), 1),
                     size_.height, size_.width});
}

void EngineLoad::run(int timesteps) const
{
    streams_ ? run_stream(timesteps) : run_clips(timesteps);
}

void EngineLoad::run_clips(int timesteps) const
{
    for (int i = 0; i < timesteps; ++i) {
        for (std::int64_t done = 0; done + batch_ <= regions_; done += batch_)
            extractor_->rows(full_);
        if (regions_ % batch_ != 0)
            extractor_->rows(rest_);
    }
}

void EngineLoad::run_stream(int timesteps) const
{
    const auto stream = extractor_->open_stream({regions_, size_.height, size_.width, 0, 0});
    const std::int64_t frames = std::int64_t{timesteps} * sampling_.frames;
    for (std::int64_t done = 0; done < frames; done += extractor_->frames_per_row())
        stream->push(pushed_);
    stream->finish();
}

} // namespace fovea
