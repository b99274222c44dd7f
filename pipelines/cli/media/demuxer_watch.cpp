// SPDX-License-Identifier: MIT
#include "media/demuxer_watch.h"

#include "fovea/core/named_thread.h"

namespace fovea {

namespace {

constexpr std::chrono::milliseconds look_interval(200); // decodebin is done with an element by then

using Object = std::unique_ptr<GstObject, void (*)(gpointer)>;

Object top_of(GstElement *element)
{
    Object top(static_cast<GstObject *>(gst_object_ref(element)), gst_object_unref);
    while (GstObject *parent = gst_object_get_parent(top.get()))
        top.reset(parent);
    return top;
}

/* Where a demuxer reads for itself, its thread is the pad's, and paused once it is over */
gboolean has_stopped(GstElement *, GstPad *pad, gpointer stopped)
{
    GST_OBJECT_LOCK(pad);
    const GstTask *task = GST_PAD_TASK(pad);
    if (GST_PAD_MODE(pad) == GST_PAD_MODE_PULL && task != nullptr &&
        GST_TASK_STATE(task) != GST_TASK_STARTED)
        *static_cast<bool *>(stopped) = true;
    GST_OBJECT_UNLOCK(pad);
    return TRUE;
}

void tell_ended(const GValue *item, gpointer)
{
    auto *element = GST_ELEMENT(g_value_get_object(item));
    GstElementFactory *factory = gst_element_get_factory(element);
    if (factory == nullptr ||
        gst_element_factory_list_is_type(factory, GST_ELEMENT_FACTORY_TYPE_DEMUXER) == FALSE)
        return;
    bool stopped = false;
    gst_element_foreach_sink_pad(element, has_stopped, &stopped);
    GST_OBJECT_LOCK(element);
    const bool gives_none = element->numsrcpads == 0;
    GST_OBJECT_UNLOCK(element);
    if (stopped && gives_none)
        GST_ELEMENT_ERROR(element, STREAM, DEMUX, ("it ends, or cannot be read, before a stream"),
                          (nullptr));
}

} // namespace

DemuxerWatch::DemuxerWatch(GstElement *source)
    : source_(static_cast<GstElement *>(gst_object_ref(source)), gst_object_unref),
      thread_(named_thread("fovea-demuxer", [this] {
          while (!over_.wait(look_interval))
              look();
      }))
{
}

DemuxerWatch::~DemuxerWatch()
{
    over_.stop();
    thread_.join();
}

void DemuxerWatch::look() const
{
    const Object top = top_of(source_.get());
    if (!GST_IS_BIN(top.get()))
        return;
    const std::unique_ptr<GstIterator, void (*)(GstIterator *)> elements(
        gst_bin_iterate_recurse(GST_BIN(top.get())), gst_iterator_free);
    gst_iterator_foreach(elements.get(), tell_ended, nullptr);
}

} // namespace fovea
