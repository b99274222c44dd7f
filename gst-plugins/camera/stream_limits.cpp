// SPDX-License-Identifier: MIT
#include "camera/stream_limits.h"

#include <atomic>
#include <memory>
#include <string>

namespace fovea {

namespace {

struct Stream {
    Stream(GstElement *parse, const StreamLimits &most) : element(parse), limits(most) {}

    GstElement *element; ///< whose pads hold this
    StreamLimits limits;
    std::atomic<gint64> bytes{0}; ///< since the last picture
    std::atomic<bool> ended{false};
};

void end_stream(Stream *stream, const std::string &why)
{
    if (!stream->ended.exchange(true))
        GST_ELEMENT_ERROR(stream->element, STREAM, FAILED, ("%s", why.c_str()), (nullptr));
}

gint64 size_of(GstPadProbeInfo *info)
{
    if ((info->type & GST_PAD_PROBE_TYPE_BUFFER_LIST) != 0)
        return static_cast<gint64>(
            gst_buffer_list_calculate_size(GST_PAD_PROBE_INFO_BUFFER_LIST(info)));
    return static_cast<gint64>(gst_buffer_get_size(GST_PAD_PROBE_INFO_BUFFER(info)));
}

GstPadProbeReturn on_bytes(GstPad *, GstPadProbeInfo *info, gpointer data)
{
    Stream *stream = static_cast<std::shared_ptr<Stream> *>(data)->get();
    if ((stream->bytes += size_of(info)) > stream->limits.most_bytes)
        end_stream(stream, "it sent " + std::to_string(stream->limits.most_bytes >> 20) +
                               " MB without a picture");
    return stream->ended ? GST_PAD_PROBE_DROP : GST_PAD_PROBE_OK;
}

GstPadProbeReturn on_picture(GstPad *, GstPadProbeInfo *, gpointer data)
{
    (*static_cast<std::shared_ptr<Stream> *>(data))->bytes = 0;
    return GST_PAD_PROBE_OK;
}

/* A decoder says how large its pictures are before it takes memory for them. One that is held back here is let go when
 * its pads are stopped */
GstPadProbeReturn on_size(GstPad *, GstPadProbeInfo *info, gpointer data)
{
    GstEvent *event = GST_PAD_PROBE_INFO_EVENT(info);
    if (GST_EVENT_TYPE(event) != GST_EVENT_CAPS)
        return GST_PAD_PROBE_PASS;
    Stream *stream = static_cast<std::shared_ptr<Stream> *>(data)->get();
    GstCaps *caps = nullptr;
    gst_event_parse_caps(event, &caps);
    const GstStructure *first = gst_caps_get_structure(caps, 0);
    gint width = 0;
    gint height = 0;
    if (gst_structure_get_int(first, "width", &width) == FALSE ||
        gst_structure_get_int(first, "height", &height) == FALSE ||
        static_cast<gint64>(width) * height <= stream->limits.most_pixels)
        return GST_PAD_PROBE_PASS;
    end_stream(stream, "a picture of " + std::to_string(width) + "x" + std::to_string(height) +
                           " is larger than any camera's");
    return GST_PAD_PROBE_OK;
}

void look(GstElement *element, const char *name, int types, GstPadProbeCallback callback,
          const std::shared_ptr<Stream> &stream)
{
    g_autoptr(GstPad) pad = gst_element_get_static_pad(element, name);
    if (pad == nullptr)
        return;
    gst_pad_add_probe(pad, static_cast<GstPadProbeType>(types), callback,
                      new std::shared_ptr<Stream>(stream),
                      [](gpointer data) { delete static_cast<std::shared_ptr<Stream> *>(data); });
}

void on_added(GstBin *, GstBin *, GstElement *added, gpointer data)
{
    GstElementFactory *factory = gst_element_get_factory(added);
    if (factory != nullptr &&
        gst_element_factory_list_is_type(factory, GST_ELEMENT_FACTORY_TYPE_DECODER) != FALSE)
        look(added, "src", GST_PAD_PROBE_TYPE_BLOCK | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_size,
             *static_cast<std::shared_ptr<Stream> *>(data));
}

} // namespace

void limit_stream(GstElement *parse, GstElement *encoded, GstElement *decode,
                  const StreamLimits &limits)
{
    const auto stream = std::make_shared<Stream>(parse, limits);
    constexpr int buffers =
        GST_PAD_PROBE_TYPE_PUSH | GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST;
    look(parse, "sink", buffers, on_bytes, stream);
    look(encoded, "sink", buffers, on_picture, stream);
    g_signal_connect_data(
        decode, "deep-element-added", G_CALLBACK(on_added), new std::shared_ptr<Stream>(stream),
        [](gpointer data, GClosure *) { delete static_cast<std::shared_ptr<Stream> *>(data); },
        static_cast<GConnectFlags>(0));
}

} // namespace fovea
