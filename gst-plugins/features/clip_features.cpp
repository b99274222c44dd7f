#include "features/clip_features.h"

#include <algorithm>

#include "base/mapped_frame.h"
#include "meta/convert.h"

namespace fovea {

namespace {

std::vector<Region> regions_of(const HeldFrame &frame, ViewArea area)
{
    const FoveaMeta *meta = fovea_meta_get(frame.buffer.get());
    if (meta != nullptr && meta->regions->len > 0)
        return regions_from(*meta);
    return {{RegionKind::Full, view_box(area, {GST_VIDEO_INFO_WIDTH(frame.info.get()),
                                               GST_VIDEO_INFO_HEIGHT(frame.info.get())})}};
}

TimeSpan span_of(const std::vector<HeldFrame> &clip, std::size_t row, std::size_t rows)
{
    const std::size_t first = row * clip.size() / rows;
    const std::size_t last = std::max(first + 1, (row + 1) * clip.size() / rows) - 1;
    return {clip[first].time.start, clip[last].time.end};
}

} // namespace

ClipFeatures::ClipFeatures(std::shared_ptr<FeatureExtractor> extractor, const ActivityCard &card,
                           int batch_size)
    : extractor_(std::move(extractor)),
      input_(card.input),
      area_(card.area),
      to_tensor_(card.input),
      batch_size_(static_cast<std::size_t>(batch_size))
{
}

std::vector<RowPointer> ClipFeatures::rows(const std::vector<HeldFrame> &clip,
                                           std::uint64_t first_row)
{
    const std::vector<Region> regions = regions_of(clip.back(), area_);
    const auto count = static_cast<std::size_t>(rows_of(static_cast<int>(clip.size())));
    const auto channels = static_cast<std::size_t>(extractor_->channels());

    std::vector<RowPointer> rows;
    for (std::size_t row = 0; row < count; ++row) {
        rows.emplace_back(
            fovea_row_new(static_cast<guint>(regions.size()), static_cast<guint>(channels)),
            fovea_row_unref);
        const TimeSpan time = span_of(clip, row, count);
        rows.back()->index = first_row + row;
        rows.back()->start = static_cast<GstClockTime>(time.start);
        rows.back()->end = static_cast<GstClockTime>(time.end);
        std::transform(regions.begin(), regions.end(), rows.back()->region,
                       [](const Region &region) { return to_c(region); });
    }

    const std::size_t batch = batch_of(clip.size(), regions.size());
    for (std::size_t first = 0; first < regions.size(); first += batch) {
        const std::size_t size = std::min(batch, regions.size() - first);
        const Array features = extractor_->rows(clips_of(clip, &regions[first], size));
        for (std::size_t r = 0; r < size; ++r)
            for (std::size_t row = 0; row < count; ++row)
                std::copy_n(&features.values[(r * count + row) * channels], channels,
                            &rows[row]->features[(first + r) * channels]);
    }
    return rows;
}

Array ClipFeatures::clips_of(const std::vector<HeldFrame> &clip, const Region *regions,
                             std::size_t count)
{
    const auto plane =
        static_cast<std::size_t>(input_.size.width) * static_cast<std::size_t>(input_.size.height);
    const std::size_t frames = clip.size();
    Array clips({static_cast<std::int64_t>(count), 3, static_cast<std::int64_t>(frames),
                 input_.size.height, input_.size.width});

    for (std::size_t t = 0; t < frames; ++t) {
        const MappedFrame mapped(clip[t].buffer.get(), *clip[t].info);
        for (std::size_t r = 0; r < count; ++r)
            to_tensor_.write(mapped.view(), regions[r].box,
                             &clips.values[(r * 3 * frames + t) * plane], frames * plane);
    }
    return clips;
}

std::size_t ClipFeatures::batch_of(std::size_t frames, std::size_t regions) const
{
    if (batch_size_ > 0)
        return batch_size_;
    const std::size_t clip_bytes = frames * 3 * sizeof(float) *
                                   static_cast<std::size_t>(input_.size.width) *
                                   static_cast<std::size_t>(input_.size.height);
    return std::clamp<std::size_t>(max_batch_bytes / clip_bytes, 1, regions);
}

} // namespace fovea
