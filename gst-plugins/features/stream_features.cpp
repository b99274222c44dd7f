// SPDX-License-Identifier: MIT
#include "features/stream_features.h"

#include <algorithm>
#include <utility>

#include "features/frame_quality.h"

namespace fovea {

StreamFeatures::StreamFeatures(std::shared_ptr<FeatureExtractor> extractor,
                               const ActivityCard &card, const EngineOptions &engine)
    : extractor_(std::move(extractor)), clips_(card, engine.threads)
{
}

void StreamFeatures::open(std::size_t regions)
{
    StreamOptions options;
    options.streams = static_cast<std::int64_t>(regions);
    options.height = clips_.input().size.height;
    options.width = clips_.input().size.width;
    stream_ = extractor_->open_stream(options);
    regions_ = regions;
}

std::vector<RowPointer> StreamFeatures::push(const std::vector<HeldFrame> &frames)
{
    std::vector<Region> regions = clips_.regions_of(frames.back());
    std::vector<RowPointer> rows;
    if (stream_ != nullptr && regions.size() != regions_)
        rows = finish();
    if (stream_ == nullptr)
        open(regions.size());

    const Array &clips = clips_.cut(frames, regions.data(), regions.size());
    pending_.push_back({{frames.front().time.start, frames.back().time.end},
                        std::move(regions),
                        counts_of(frames, 0, frames.size())});
    for (RowPointer &row : take(stream_->push(clips)))
        rows.push_back(std::move(row));
    return rows;
}

std::vector<RowPointer> StreamFeatures::finish()
{
    if (stream_ == nullptr)
        return {};
    std::vector<RowPointer> rows = take(stream_->finish());
    restart();
    return rows;
}

void StreamFeatures::restart()
{
    stream_.reset();
    pending_.clear();
}

std::vector<RowPointer> StreamFeatures::take(const Array &features)
{
    const auto count = static_cast<std::size_t>(features.shape[1]);
    const auto channels = static_cast<std::size_t>(features.shape[2]);
    std::vector<RowPointer> rows;
    for (std::size_t i = 0; i < count && !pending_.empty(); ++i) {
        const Timestep &timestep = pending_.front();
        rows.push_back(make_row(next_row_++, timestep.time, timestep.regions, channels));
        rows.back()->frames = timestep.frames;
        for (std::size_t r = 0; r < regions_; ++r)
            std::copy_n(&features.values[(r * count + i) * channels], channels,
                        &rows.back()->features[r * channels]);
        pending_.pop_front();
    }
    return rows;
}

} // namespace fovea
