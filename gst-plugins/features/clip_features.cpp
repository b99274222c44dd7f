#include "features/clip_features.h"

#include <algorithm>
#include <numeric>

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

    look(clip, regions,
         regions_to_see({static_cast<std::int64_t>(regions.size()),
                         static_cast<std::int64_t>(count), static_cast<std::int64_t>(channels)}));
    for (std::size_t r = 0; r < regions.size(); ++r)
        for (std::size_t row = 0; row < count; ++row)
            std::copy_n(&last_.values[(r * count + row) * channels], channels,
                        &rows[row]->features[r * channels]);
    if (gate_ != nullptr)
        gate_->learn(last_);
    return rows;
}

std::vector<std::size_t> ClipFeatures::regions_to_see(const std::vector<std::int64_t> &shape)
{
    const auto regions = static_cast<std::size_t>(shape.front());
    if (last_.shape == shape && gate_ != nullptr)
        return gate_->open(regions);
    last_ = Array(shape);
    std::vector<std::size_t> all(regions);
    std::iota(all.begin(), all.end(), 0);
    if (gate_ != nullptr)
        gate_->open(regions); // it counts timesteps
    return all;
}

/** The features of some regions into last_ */
void ClipFeatures::look(const std::vector<HeldFrame> &clip, const std::vector<Region> &regions,
                        const std::vector<std::size_t> &seen)
{
    const auto values = static_cast<std::size_t>(last_.shape[1] * last_.shape[2]);
    std::vector<Region> chosen;
    for (const std::size_t index : seen)
        chosen.push_back(regions[index]);

    const std::size_t batch = batch_of(clip.size(), regions.size());
    for (std::size_t first = 0; first < chosen.size(); first += batch) {
        const std::size_t size = std::min(batch, chosen.size() - first);
        const Array features = extractor_->rows(clips_.cut(clip, &chosen[first], size));
        for (std::size_t i = 0; i < size; ++i)
            std::copy_n(&features.values[i * values], values,
                        &last_.values[seen[first + i] * values]);
    }
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
