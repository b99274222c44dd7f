// SPDX-License-Identifier: MIT
#include "media/file_end.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

#include "fovea/core/named_thread.h"
#include "fovea/video/mp4_duration.h"

namespace fovea {

namespace {

constexpr int most_in_a_row = 1000; // reads that find the end; who means it needs a few

/** \brief Of one pad, read by one thread at a time */
struct Reading {
    GstPadGetRangeFunction read = nullptr; ///< the pad's own
    int ends_in_a_row = 0;
    std::vector<FileBytes> other; ///< that are handed out in place of what stands there
};

void put(const FileBytes &bytes, guint64 offset, GstBuffer **buffer)
{
    const guint64 end = offset + gst_buffer_get_size(*buffer);
    const guint64 first = std::max<guint64>(offset, bytes.offset);
    const guint64 last = std::min<guint64>(end, bytes.offset + bytes.bytes.size());
    if (first >= last)
        return;
    *buffer = gst_buffer_make_writable(*buffer);
    gst_buffer_fill(*buffer, first - offset, bytes.bytes.data() + (first - bytes.offset),
                    last - first);
}

GstFlowReturn read_or_end(GstPad *pad, GstObject *parent, guint64 offset, guint length,
                          GstBuffer **buffer)
{
    auto *reading = static_cast<Reading *>(pad->getrangedata);
    const GstFlowReturn result = reading->read(pad, parent, offset, length, buffer);
    reading->ends_in_a_row = result == GST_FLOW_EOS ? reading->ends_in_a_row + 1 : 0;
    for (const FileBytes &bytes : reading->other)
        if (result == GST_FLOW_OK)
            put(bytes, offset, buffer);
    return reading->ends_in_a_row > most_in_a_row ? GST_FLOW_ERROR : result;
}

void end_behind(const GValue *item, gpointer)
{
    auto *element = GST_ELEMENT(g_value_get_object(item));
    if (gst_element_factory_list_is_type(gst_element_get_factory(element),
                                         GST_ELEMENT_FACTORY_TYPE_DEMUXER) == FALSE)
        return;
    const auto end = [](GstElement *, GstPad *pad, gpointer) -> gboolean {
        if (g_autoptr(GstPad) next = gst_pad_get_peer(pad))
            gst_pad_send_event(next, gst_event_new_eos());
        return TRUE;
    };
    gst_element_foreach_src_pad(element, end, nullptr);
}

} // namespace

Nanoseconds read_to_end(GstElement *source, bool for_frames)
{
    g_autofree gchar *location = nullptr;
    g_object_get(source, "location", &location, nullptr);
    const std::filesystem::path file = location != nullptr ? location : "";
    g_autoptr(GstPad) pad = gst_element_get_static_pad(source, "src");
    Mp4Durations durations;
    if (for_frames)
        durations = mp4_durations_for_frames(file);
    else if (const auto of_tracks = mp4_duration_of_tracks(file))
        durations.bytes.push_back(*of_tracks);
    gst_pad_set_getrange_function_full(
        pad, read_or_end, new Reading{GST_PAD_GETRANGEFUNC(pad), 0, std::move(durations.bytes)},
        [](gpointer reading) { delete static_cast<Reading *>(reading); });
    return to_nanoseconds(durations.left_out);
}

void end_streams(GstElement *decoder)
{
    auto *held = GST_BIN(gst_object_ref(decoder));
    named_thread("fovea-end", [held] {
        const std::unique_ptr<GstIterator, void (*)(GstIterator *)> elements(
            gst_bin_iterate_recurse(held), gst_iterator_free);
        gst_iterator_foreach(elements.get(), end_behind, nullptr);
        gst_object_unref(held);
    }).detach();
}

} // namespace fovea
