// SPDX-License-Identifier: MIT
#include "service/evidence/clip_writer.h"

#include <system_error>
#include <utility>

#include <gst/app/gstappsrc.h>

#include "fovea/core/errors.h"
#include "fovea/core/named_thread.h"
#include "media/element.h"

namespace fovea {

namespace {

struct Container {
    const char *codec; ///< name of the caps
    const char *parser;
    const char *muxer;
    const char *extension;
};

constexpr Container containers[] = {
    {"video/x-h264", "h264parse", "mp4mux", ".mp4"},
    {"video/x-h265", "h265parse", "mp4mux", ".mp4"},
    {"video/mpeg", "mpeg4videoparse", "mp4mux", ".mp4"},
    {"image/jpeg", "jpegparse", "matroskamux", ".mkv"},
    {"", "identity", "matroskamux", ".mkv"}, // whatever else
};

const Container &container_of(const GstCaps *caps)
{
    const GstStructure *first = gst_caps_get_structure(caps, 0);
    const gchar *name = gst_structure_get_name(first);
    int mpeg = 4;
    gst_structure_get_int(first, "mpegversion", &mpeg);
    if (mpeg != 4)
        name = ""; // an MPEG of DVDs
    for (const Container &one : containers)
        if (g_strcmp0(one.codec, name) == 0)
            return one;
    return containers[std::size(containers) - 1];
}

/**
 * What a camera's own parser gave is left alone: h264parse takes apart frames of which one slice looks
 * like a picture of its own, and a part without a time ends the file
 */
bool is_parsed_for(const Container &container, const GstCaps *caps)
{
    g_autoptr(GstElementFactory) factory = gst_element_factory_find(container.muxer);
    return *container.codec != '\0' && factory != nullptr &&
           gst_element_factory_can_sink_all_caps(factory, caps) != FALSE;
}

} // namespace

ClipWriter::ClipWriter(const GstCaps *caps, const std::filesystem::path &file, Done done)
    : caps_(gst_caps_copy(caps)), done_(std::move(done))
{
    const Container &container = container_of(caps);
    file_ = file.string() + container.extension;
    part_ = file_.string() + ".part";
    std::error_code error;
    std::filesystem::create_directories(file.parent_path(), error);
    pipeline_ = GST_ELEMENT(gst_object_ref_sink(gst_pipeline_new("clip")));
    // a filter of caps leads to the muxer's pad for video, which identity does not
    const Stage between = is_parsed_for(container, caps)
                              ? Stage{"capsfilter", {{"caps", container.codec}}}
                              : Stage{container.parser, {}};
    const ChainEnds ends =
        add_chain(GST_BIN(pipeline_), {{"appsrc", {{"format", "time"}, {"max-bytes", "0"}}},
                                       between,
                                       {container.muxer, {}},
                                       {"filesink", {{"location", part_.string()}}}});
    source_ = ends.first;
    g_object_set(source_, "caps", caps_, nullptr);
    g_autoptr(GstBus) bus = gst_element_get_bus(pipeline_);
    watch_ = gst_bus_add_watch(bus, on_message, this);
    gst_element_set_state(pipeline_, GST_STATE_PLAYING);
}

ClipWriter::~ClipWriter()
{
    if (watch_ != 0)
        g_source_remove(watch_);
    if (down_ == nullptr)
        gst_element_set_state(pipeline_, GST_STATE_NULL);
    gst_object_unref(pipeline_);
    gst_caps_unref(caps_);
    std::error_code error;
    if (!is_done_)
        std::filesystem::remove(part_, error);
}

bool ClipWriter::takes(const GstCaps *caps) const
{
    return gst_caps_is_equal(caps_, caps) != FALSE;
}

void ClipWriter::write(GstSample *sample)
{
    GstBuffer *buffer = gst_buffer_copy(gst_sample_get_buffer(sample)); // its memory is shared
    const GstClockTime stamp = GST_BUFFER_DTS_OR_PTS(buffer);
    if (!first_)
        first_ = stamp;
    if (GST_BUFFER_PTS_IS_VALID(buffer))
        GST_BUFFER_PTS(buffer) -= *first_;
    if (GST_BUFFER_DTS_IS_VALID(buffer))
        GST_BUFFER_DTS(buffer) -= *first_;
    gst_app_src_push_buffer(GST_APP_SRC(source_), buffer);
}

std::size_t ClipWriter::waiting() const
{
    return gst_app_src_get_current_level_bytes(GST_APP_SRC(source_));
}

void ClipWriter::close()
{
    gst_app_src_end_of_stream(GST_APP_SRC(source_));
}

void ClipWriter::wait(Nanoseconds time)
{
    if (is_done_)
        return;
    g_autoptr(GstBus) bus = gst_element_get_bus(pipeline_);
    g_autoptr(GstMessage) message = gst_bus_timed_pop_filtered(
        bus, static_cast<GstClockTime>(time),
        static_cast<GstMessageType>(GST_MESSAGE_EOS | GST_MESSAGE_ERROR));
    if (message != nullptr)
        on_message(bus, message, this);
    else
        give_up();
}

bool ClipWriter::is_down(std::chrono::steady_clock::time_point until) const
{
    const auto left = until - std::chrono::steady_clock::now();
    return down_ == nullptr || down_->wait(std::chrono::ceil<std::chrono::milliseconds>(left));
}

/* Whoever writes may hang, and so may whoever waits for it or removes the file */
void ClipWriter::give_up()
{
    is_done_ = true;
    down_ = std::make_shared<StopFlag>();
    auto *held = GST_ELEMENT(gst_object_ref(pipeline_));
    const auto end = [held, part = part_, down = down_] {
        gst_element_set_state(held, GST_STATE_NULL);
        gst_object_unref(held);
        std::error_code error;
        std::filesystem::remove(part, error);
        down->stop();
    };
    try {
        named_thread("fovea-clip-end", end).detach();
    } catch (const std::system_error &) { // no thread is to be had
        end();
    }
    if (done_)
        done_("", "it was not whole in time");
}

gboolean ClipWriter::on_message(GstBus *, GstMessage *message, gpointer self)
{
    auto *writer = static_cast<ClipWriter *>(self);
    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS) {
        writer->finish("");
    } else if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
        g_autoptr(GError) error = nullptr;
        gst_message_parse_error(message, &error, nullptr);
        writer->finish(error->message);
    }
    return G_SOURCE_CONTINUE;
}

void ClipWriter::finish(const std::string &why)
{
    if (std::exchange(is_done_, true))
        return;
    gst_element_set_state(pipeline_, GST_STATE_NULL);
    std::error_code error;
    std::string reason = why;
    if (reason.empty()) {
        std::filesystem::rename(part_, file_, error);
        reason = error ? "'" + file_.string() + "' cannot be named so: " + error.message() : "";
    }
    if (!reason.empty())
        std::filesystem::remove(part_, error);
    if (done_)
        done_(reason.empty() ? file_.string() : "", reason);
}

} // namespace fovea
