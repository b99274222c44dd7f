#include "features/region_clips.h"

#include <algorithm>

#include "base/mapped_frame.h"
#include "meta/convert.h"

namespace fovea {

RowPointer make_row(std::uint64_t index, const TimeSpan &time, const std::vector<Region> &regions,
                    std::size_t channels)
{
    RowPointer row(fovea_row_new(static_cast<guint>(regions.size()), static_cast<guint>(channels)),
                   fovea_row_unref);
    row->index = index;
    row->start = static_cast<GstClockTime>(time.start);
    row->end = static_cast<GstClockTime>(time.end);
    std::transform(regions.begin(), regions.end(), row->region,
                   [](const Region &region) { return to_c(region); });
    return row;
}

RegionClips::RegionClips(const ActivityCard &card)
    : input_(card.input), area_(card.area), to_tensor_(card.input)
{
}

std::vector<Region> RegionClips::regions_of(const HeldFrame &frame) const
{
    const FoveaMeta *meta = fovea_meta_get(frame.buffer.get());
    if (meta != nullptr && meta->regions->len > 0)
        return regions_from(*meta);
    return {{RegionKind::Full, view_box(area_, {GST_VIDEO_INFO_WIDTH(frame.info.get()),
                                                GST_VIDEO_INFO_HEIGHT(frame.info.get())})}};
}

Array RegionClips::cut(const std::vector<HeldFrame> &clip, const Region *regions, std::size_t count)
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

} // namespace fovea
