// SPDX-License-Identifier: MIT
#include "overlay/overlay_worker.h"

#include <memory>

#include "fovea/core/errors.h"
#include "fovea/store/results/result_json.h"

GST_DEBUG_CATEGORY_EXTERN(fovea_overlay_debug);
#define GST_CAT_DEFAULT fovea_overlay_debug

namespace fovea {

namespace {

/* A frame mapped for drawing; its memory is copied first where somebody else holds it, too. */
class DrawableFrame
{
public:
    DrawableFrame(GstBuffer *buffer, const GstVideoInfo &info)
    {
        if (!gst_video_frame_map(&frame_, &info, buffer, GST_MAP_READWRITE))
            throw Error(Error::Kind::Init, "a video buffer of " +
                                               std::to_string(gst_buffer_get_size(buffer)) +
                                               " bytes cannot be drawn on, its caps need " +
                                               std::to_string(GST_VIDEO_INFO_SIZE(&info)));
    }

    ~DrawableFrame() { gst_video_frame_unmap(&frame_); }

    DrawableFrame(const DrawableFrame &) = delete;
    DrawableFrame &operator=(const DrawableFrame &) = delete;

    GstVideoFrame *get() { return &frame_; }

private:
    GstVideoFrame frame_ = {};
};

/* 0 where upstream does not know */
Nanoseconds upstream_duration(GstElement *element)
{
    const std::unique_ptr<GstPad, decltype(&gst_object_unref)> pad(
        gst_element_get_static_pad(element, "sink"), gst_object_unref);
    gint64 duration = 0;
    if (!gst_pad_peer_query_duration(pad.get(), GST_FORMAT_TIME, &duration))
        return 0;
    return duration;
}

} // namespace

OverlayWorker::OverlayWorker(GstElement *element, const OverlayOptions &options)
    : options_(options), live_(options.normal, options.highlight_quantile)
{
    GST_INFO_OBJECT(element, "drawing %s",
                    options.results.empty() ? "the stream's metadata" : options.results.c_str());
    if (!options.results.empty())
        results_.emplace(read_results(options.results), options.normal, options.highlight_quantile);
}

void OverlayWorker::update(const OverlayOptions &options)
{
    options_ = options;
    live_.set_highlight_quantile(options.highlight_quantile);
    if (results_)
        results_->set_highlight_quantile(options.highlight_quantile);
    if (style_)
        configure(info_); // what was rendered in the old font and colour goes
}

void OverlayWorker::configure(const GstVideoInfo &info)
{
    info_ = info;
    style_.emplace(GST_VIDEO_INFO_WIDTH(&info), GST_VIDEO_INFO_HEIGHT(&info),
                   static_cast<double>(GST_VIDEO_INFO_PAR_N(&info)) / GST_VIDEO_INFO_PAR_D(&info),
                   options_.font, options_.accent);
    cache_.emplace(info);
}

void OverlayWorker::process(const Frame &frame)
{
    const std::vector<Drawing> drawings = paint(scene_of(frame), options_.parts, *style_);
    if (drawings.empty())
        return; // the buffer is not even mapped
    DrawableFrame drawable(frame.buffer, *frame.info);
    cache_->blend(drawings, drawable.get());
}

void OverlayWorker::reset()
{
    live_.reset();
}

Scene OverlayWorker::scene_of(const Frame &frame)
{
    if (!results_)
        return live_.at(frame.time, fovea_meta_get(frame.buffer));
    if (!asked_duration_) {
        asked_duration_ = true;
        results_->set_duration(upstream_duration(frame.element));
    }
    return results_->at(frame.time);
}

} // namespace fovea
