#include "features/clip_features.h"

#include <algorithm>

namespace fovea {

namespace {

TimeSpan span_of(const std::vector<HeldFrame> &clip, std::size_t row, std::size_t rows)
{
    const std::size_t first = row * clip.size() / rows;
    const std::size_t last = std::max(first + 1, (row + 1) * clip.size() / rows) - 1;
    return {clip[first].time.start, clip[last].time.end};
}

} // namespace

ClipFeatures::ClipFeatures(std::shared_ptr<FeatureExtractor> extractor, const ActivityCard &card,
                           const EngineOptions &engine)
    : extractor_(std::move(extractor)),
      clips_(card, engine.threads),
      batch_size_(static_cast<std::size_t>(engine.batch_size))
{
}

std::vector<RowPointer> ClipFeatures::rows(const std::vector<HeldFrame> &clip,
                                           std::uint64_t first_row)
{
    const std::vector<Region> regions = clips_.regions_of(clip.back());
    const auto count = static_cast<std::size_t>(rows_of(static_cast<int>(clip.size())));
    const auto channels = static_cast<std::size_t>(extractor_->channels());

    std::vector<RowPointer> rows;
    for (std::size_t row = 0; row < count; ++row)
        rows.push_back(make_row(first_row + row, span_of(clip, row, count), regions, channels));

    const std::size_t batch = batch_of(clip.size(), regions.size());
    for (std::size_t first = 0; first < regions.size(); first += batch) {
        const std::size_t size = std::min(batch, regions.size() - first);
        const Array features = extractor_->rows(clips_.cut(clip, &regions[first], size));
        for (std::size_t r = 0; r < size; ++r)
            for (std::size_t row = 0; row < count; ++row)
                std::copy_n(&features.values[(r * count + row) * channels], channels,
                            &rows[row]->features[(first + r) * channels]);
    }
    return rows;
}

std::size_t ClipFeatures::batch_of(std::size_t frames, std::size_t regions) const
{
    if (batch_size_ > 0)
        return batch_size_;
    const std::size_t clip_bytes = frames * 3 * sizeof(float) *
                                   static_cast<std::size_t>(clips_.input().size.width) *
                                   static_cast<std::size_t>(clips_.input().size.height);
    return std::clamp<std::size_t>(max_batch_bytes / clip_bytes, 1, regions);
}

} // namespace fovea
