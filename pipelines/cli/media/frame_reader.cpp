// SPDX-License-Identifier: MIT
#include "media/frame_reader.h"

#include <memory>

#include <gst/app/gstappsink.h>
#include <gst/video/video.h>

#include "fovea/core/errors.h"
#include "interrupt.h"
#include "media/element.h"

namespace fovea {

namespace {

constexpr GstClockTime poll_interval = 100 * GST_MSECOND;
constexpr const char *frames_ahead = "4"; // decoded while the frame in hand is worked on

/** \brief A pipeline that is taken down with its owner */
class Decoding
{
public:
    Decoding(const std::filesystem::path &file, Chain chain)
        : pipeline_(gst_pipeline_new(nullptr), take_down)
    {
        chain.push_back({"appsink", {{"sync", "false"}, {"max-buffers", frames_ahead}}});
        const ChainEnds source =
            add_chain(GST_BIN(pipeline_.get()), {{"filesrc", {{"location", file.string()}}}});
        const ChainEnds decoder = add_chain(GST_BIN(pipeline_.get()), {{"decodebin", {}}});
        const ChainEnds frames = add_chain(GST_BIN(pipeline_.get()), chain);
        gst_element_link(source.last, decoder.first);
        head_ = frames.first;
        sink_ = GST_APP_SINK(frames.last);
        g_signal_connect(decoder.last, "pad-added", G_CALLBACK(on_pad), this);
        gst_element_set_state(pipeline_.get(), GST_STATE_PLAYING); // a failure is told on the bus
    }

    ~Decoding() = default;

    Decoding(const Decoding &) = delete;
    Decoding &operator=(const Decoding &) = delete;

    /** \brief The next frame; null when none came within the poll interval */
    GstSample *pull() { return gst_app_sink_try_pull_sample(sink_, poll_interval); }

    bool ended() const { return gst_app_sink_is_eos(sink_) != FALSE; }

    void check_bus() const
    {
        g_autoptr(GstBus) bus = gst_element_get_bus(pipeline_.get());
        g_autoptr(GstMessage) message = gst_bus_pop_filtered(bus, GST_MESSAGE_ERROR);
        if (message == nullptr)
            return;
        g_autoptr(GError) error = nullptr;
        gst_message_parse_error(message, &error, nullptr);
        throw Error(Error::Kind::Settings, error->message);
    }

private:
    static void take_down(GstElement *pipeline)
    {
        gst_element_set_state(pipeline, GST_STATE_NULL);
        gst_object_unref(pipeline);
    }

    static void on_pad(GstElement *, GstPad *pad, gpointer data)
    {
        const auto *self = static_cast<Decoding *>(data);
        g_autoptr(GstCaps) caps = gst_pad_get_current_caps(pad);
        g_autoptr(GstPad) sink = gst_element_get_static_pad(self->head_, "sink");
        const bool video =
            caps != nullptr &&
            gst_structure_has_name(gst_caps_get_structure(caps, 0), "video/x-raw") != FALSE;
        if (video && gst_pad_is_linked(sink) == FALSE && gst_pad_link(pad, sink) == GST_PAD_LINK_OK)
            return;
        // Streams that are not looked at still must flow, or the demuxer stalls.
        GstElement *drain = make_element({"fakesink", {{"sync", "false"}, {"async", "false"}}});
        gst_bin_add(GST_BIN(self->pipeline_.get()), drain);
        gst_element_sync_state_with_parent(drain);
        g_autoptr(GstPad) drain_pad = gst_element_get_static_pad(drain, "sink");
        gst_pad_link(pad, drain_pad);
    }

    std::unique_ptr<GstElement, void (*)(GstElement *)> pipeline_;
    GstElement *head_ = nullptr; // of the chain; owned by the pipeline
    GstAppSink *sink_ = nullptr; // likewise
};

/* As the elements read it, or training would see other colours than they. */
Colorimetry colorimetry_of(const GstVideoInfo &info)
{
    Colorimetry colorimetry;
    const GstVideoColorMatrix matrix = info.colorimetry.matrix;
    if (matrix == GST_VIDEO_COLOR_MATRIX_BT709 || matrix == GST_VIDEO_COLOR_MATRIX_BT2020 ||
        matrix == GST_VIDEO_COLOR_MATRIX_SMPTE240M)
        colorimetry.matrix = Colorimetry::Matrix::Bt709;
    if (info.colorimetry.range == GST_VIDEO_COLOR_RANGE_0_255)
        colorimetry.range = Colorimetry::Range::Full;
    return colorimetry;
}

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
    view.colorimetry = colorimetry_of(info);
    frame(view);
}

} // namespace

std::int64_t read_frames(const std::filesystem::path &file, const Chain &chain,
                         const std::function<void(const FrameView &)> &frame)
{
    Decoding decoding(file, chain);
    std::int64_t count = 0;
    for (;;) {
        if (interrupted())
            throw Interrupted();
        g_autoptr(GstSample) sample = decoding.pull();
        decoding.check_bus();
        if (sample != nullptr) {
            hand_over(sample, frame);
            ++count;
        } else if (decoding.ended()) {
            return count;
        }
    }
}

} // namespace fovea
