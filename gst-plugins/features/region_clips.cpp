// SPDX-License-Identifier: MIT
#include "features/region_clips.h"

#include <algorithm>
#include <exception>
#include <map>
#include <mutex>

#include <omp.h>

#include "base/mapped_frame.h"
#ifdef FOVEA_CUDA_FRAMES
#include "features/gpu_clips.h"
#endif
#include "fovea/core/errors.h"
#include "fovea/engine/threads.h"
#include "meta/convert.h"

namespace fovea {

namespace {

constexpr double operations_a_pixel = 1000; ///< worth a second thread from 40 pictures of 224 x 224

/** The first exception of a loop on several threads: none may leave such a loop */
class FirstError
{
public:
    template <typename Work>
    void catching(const Work &work) noexcept
    {
        try {
            work();
        } catch (...) {
            const std::lock_guard lock(mutex_);
            if (error_ == nullptr)
                error_ = std::current_exception();
        }
    }

    void rethrow() const
    {
        if (error_ != nullptr)
            std::rethrow_exception(error_);
    }

private:
    std::mutex mutex_;
    std::exception_ptr error_;
};

} // namespace

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

RegionClips::RegionClips(const ActivityCard &card, int threads)
    : input_(card.input), view_(card.regions), threads_(threads)
{
}

RegionClips::~RegionClips() = default;
RegionClips::RegionClips(RegionClips &&) noexcept = default;

std::vector<Region> RegionClips::regions_of(const HeldFrame &frame) const
{
    const FoveaMeta *meta = fovea_meta_get(frame.buffer.get());
    if (meta != nullptr && meta->regions->len > 0)
        return regions_from(*meta);
    return {view_of(frame)};
}

Region RegionClips::view_of(const HeldFrame &frame) const
{
    return {RegionKind::Full, full_view(view_, {GST_VIDEO_INFO_WIDTH(frame.info.get()),
                                                GST_VIDEO_INFO_HEIGHT(frame.info.get())})};
}

/**
 * \brief Moves what the last call cut to where it is wanted
 * \return indices in cuts_ of what is still to be cut
 */
std::vector<std::size_t> RegionClips::take_over(const std::vector<HeldFrame> &clip,
                                                const Region *regions, std::size_t count)
{
    const std::size_t frames = clip.size();
    const std::size_t plane = clips_.values.size() / (count * 3 * frames);
    std::vector<std::size_t> left;
    for (std::size_t i = 0; i < count * frames; ++i) { // from front to back, as they move
        const std::size_t r = i / frames;
        std::size_t from = i;
        while (from < (r + 1) * frames && !cuts_[from].is(clip[i % frames], regions[r]))
            ++from;
        if (from == (r + 1) * frames) {
            left.push_back(i);
            cuts_[i] = {};
            continue;
        }
        for (std::size_t colour = 0; from != i && colour < 3; ++colour) {
            const std::size_t clip_row = (2 * r + colour) * frames; // behind r rows, as i is
            std::copy_n(&clips_.values[(clip_row + from) * plane], plane,
                        &clips_.values[(clip_row + i) * plane]);
        }
        cuts_[i] = cuts_[from];
    }
    return left;
}

const Array &RegionClips::cut(const std::vector<HeldFrame> &clip, const Region *regions,
                              std::size_t count)
{
    const auto plane =
        static_cast<std::size_t>(input_.size.width) * static_cast<std::size_t>(input_.size.height);
    const std::size_t frames = clip.size();
    const std::vector<std::int64_t> shape = {static_cast<std::int64_t>(count), 3,
                                             static_cast<std::int64_t>(frames), input_.size.height,
                                             input_.size.width};
    if (clips_.shape != shape) {
        clips_ = Array(shape);
        cuts_.assign(count * frames, {});
    }

#ifdef FOVEA_CUDA_FRAMES
    if (std::all_of(clip.begin(), clip.end(), GpuClips::holds)) {
        if (gpu_ == nullptr)
            gpu_ = std::make_unique<GpuClips>(input_);
        cuts_.assign(count * frames, {});
        gpu_->cut(clip, regions, count, &clips_);
        return clips_;
    }
#endif
    // Each once, however often it stands in the clip: GStreamer counts 255 locks of a buffer and no more
    std::map<GstBuffer *, MappedFrame> mapped;
    for (const HeldFrame &frame : clip)
        mapped.try_emplace(frame.buffer.get(), frame.buffer.get(), *frame.info);

    std::vector<std::size_t> left = take_over(clip, regions, count);
    // All regions of a frame while it is in the cache
    std::stable_sort(left.begin(), left.end(),
                     [frames](std::size_t a, std::size_t b) { return a % frames < b % frames; });
    const std::size_t cuts = left.size();
    const int threads =
        threads_for(threads_, operations_a_pixel * static_cast<double>(cuts * plane));
    while (static_cast<int>(to_tensor_.size()) < threads)
        to_tensor_.emplace_back(input_);
    FirstError error;
#pragma omp parallel for num_threads(threads) schedule(dynamic)
    for (std::size_t i = 0; i < cuts; ++i) {
        const std::size_t t = left[i] % frames;
        const std::size_t r = left[i] / frames;
        error.catching([&] {
            to_tensor_[static_cast<std::size_t>(omp_get_thread_num())].write(
                mapped.at(clip[t].buffer.get()).view(), regions[r].box,
                &clips_.values[(r * 3 * frames + t) * plane], frames * plane);
        });
    }
    error.rethrow();
    for (const std::size_t i : left)
        cuts_[i] = {clip[i % frames].buffer, regions[i / frames].box};
    return clips_;
}

} // namespace fovea
