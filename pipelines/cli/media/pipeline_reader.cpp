// SPDX-License-Identifier: MIT
#include "media/pipeline_reader.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <gst/video/video.h>

#include "crash_guard.h"
#include "fovea/core/errors.h"
#include "fovea/core/formatted.h"
#include "media/analysis_plan.h"
#include "media/asked_models.h"
#include "media/media_info.h"
#include "media/pipeline.h"

namespace fovea {

namespace {

void hand_over(GstSample *sample, const std::function<void(const FrameView &)> &frame)
{
    GstVideoInfo info;
    GstVideoFrame mapped;
    if (gst_video_info_from_caps(&info, gst_sample_get_caps(sample)) == FALSE ||
        GST_VIDEO_INFO_FORMAT(&info) != GST_VIDEO_FORMAT_I420 ||
        gst_video_frame_map(&mapped, &info, gst_sample_get_buffer(sample), GST_MAP_READ) == FALSE)
        throw Error(Error::Kind::Init, "a decoded frame cannot be read as I420");
    const std::unique_ptr<GstVideoFrame, void (*)(GstVideoFrame *)> unmap(&mapped,
                                                                          gst_video_frame_unmap);
    FrameView view;
    view.format = PixelFormat::I420;
    view.width = GST_VIDEO_INFO_WIDTH(&info);
    view.height = GST_VIDEO_INFO_HEIGHT(&info);
    for (guint plane = 0; plane < 3; ++plane) {
        view.planes[plane] =
            static_cast<const std::uint8_t *>(GST_VIDEO_FRAME_PLANE_DATA(&mapped, plane));
        view.strides[plane] = GST_VIDEO_FRAME_PLANE_STRIDE(&mapped, plane);
    }
    view.colorimetry = colorimetry_of(gst_video_color_matrix_to_iso(info.colorimetry.matrix),
                                      info.colorimetry.range == GST_VIDEO_COLOR_RANGE_0_255);
    frame(view);
}

/** \brief How far frames come from where the rate that is stated has them: by that stretches of a list are found */
class RateCheck
{
public:
    explicit RateCheck(double fps) : fps_(fps) {}

    void see(GstSample *sample)
    {
        const GstClockTime time =
            gst_segment_to_stream_time(gst_sample_get_segment(sample), GST_FORMAT_TIME,
                                       GST_BUFFER_PTS(gst_sample_get_buffer(sample)));
        if (GST_CLOCK_TIME_IS_VALID(time))
            farthest_ = std::max(farthest_, std::abs(static_cast<double>(time) / GST_SECOND -
                                                     static_cast<double>(frames_) / fps_));
        ++frames_;
    }

    void tell(std::vector<std::string> *notes) const
    {
        constexpr double tolerated = 0.5; // seconds
        if (farthest_ > tolerated)
            notes->push_back("has frames as far as " + formatted("%.1f", farthest_) +
                             " s from where the " + formatted("%.4g", fps_) +
                             " a second that it states have them; stretches of a list are taken "
                             "by that rate: give it one first, for example with: ffmpeg -i FILE "
                             "-r 25 OTHER.mp4");
    }

private:
    double fps_;
    std::int64_t frames_ = 0;
    double farthest_ = 0; ///< seconds
};

} // namespace

VideoReader::Info PipelineReader::info(const std::filesystem::path &video) const
{
    const VideoInHand in_hand(video);
    const MediaInfo media = media_info(video);
    const std::lock_guard lock(mutex_);
    known_[video] = media;
    return {media.size, media.fps, to_seconds(media.duration)};
}

/** \brief As info() found it just before, which a slow disk is not asked for again */
MediaInfo PipelineReader::known(const std::filesystem::path &video) const
{
    {
        const std::lock_guard lock(mutex_);
        if (auto found = known_.extract(video))
            return std::move(found.mapped());
    }
    return media_info(video);
}

void PipelineReader::read(const std::filesystem::path &video, const KeptFrames &kept,
                          const std::function<void(const FrameView &)> &frame) const
{
    Chain chain = intake();
    std::string rate;
    if (kept.resampled) {
        chain.push_back({"videorate", {}});
        rate = ",framerate=" + std::to_string(std::lround(kept.fps * 1000)) + "/1000";
    }
    chain.push_back({"videoscale", {{"method", "bilinear2"}, {"add-borders", "false"}}});
    chain.push_back({"capsfilter",
                     {{"caps", "video/x-raw,format=I420,pixel-aspect-ratio=1/1,width=" +
                                   std::to_string(kept.size.width) +
                                   ",height=" + std::to_string(kept.size.height) + rate}}});
    const VideoInHand in_hand(video);
    const MediaInfo media = known(video);
    RateCheck rate_check(kept.fps);
    const DecodingReport report = FilePipeline({video,
                                                chain,
                                                {},
                                                {},
                                                [&](GstSample *sample) {
                                                    rate_check.see(sample);
                                                    hand_over(sample, frame);
                                                }})
                                      .run({});
    std::vector<std::string> notes = notes_of(report, media);
    if (!kept.resampled)
        rate_check.tell(&notes);
    tell(video, notes);
    const std::lock_guard lock(mutex_);
    notes_[video] = notes;
}

std::vector<std::string> PipelineReader::notes(const std::filesystem::path &video) const
{
    const std::lock_guard lock(mutex_);
    const auto found = notes_.find(video);
    return found != notes_.end() ? found->second : std::vector<std::string>();
}

void PipelineReader::tell(const std::filesystem::path &video,
                          const std::vector<std::string> &notes) const
{
    for (const std::string &note : notes) {
        const std::string line = "'" + video.string() + "' " + note;
        const std::lock_guard lock(mutex_);
        if (told_.insert(line).second)
            tell_(line);
    }
}

std::unique_ptr<ClipSource> decoding_cache(const ActivityCard &card, FrameCacheSettings asked,
                                           PipelineReader::Tell tell)
{
    asked.detector = detector_for(asked.detector, card);
    return std::make_unique<FrameCache>(card, asked,
                                        std::make_shared<PipelineReader>(std::move(tell)));
}

} // namespace fovea
