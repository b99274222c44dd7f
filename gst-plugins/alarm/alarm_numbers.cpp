// SPDX-License-Identifier: MIT
#include "alarm/alarm_numbers.h"

#include <mutex>
#include <utility>

namespace fovea {

namespace {

using Last = std::shared_ptr<std::atomic<std::uint64_t>>;

/* (transfer full) */
GstObject *pipeline_of(GstElement *element)
{
    auto *top = static_cast<GstObject *>(gst_object_ref(element));
    while (GstObject *parent = gst_object_get_parent(top))
        gst_object_unref(std::exchange(top, parent));
    return top;
}

Last last_of(GstElement *element)
{
    constexpr const char *key = "fovea-last-alarm";
    static std::mutex making;
    const std::lock_guard lock(making);
    g_autoptr(GstObject) pipeline = pipeline_of(element);
    auto *last = static_cast<Last *>(g_object_get_data(G_OBJECT(pipeline), key));
    if (last == nullptr) {
        last = new Last(std::make_shared<std::atomic<std::uint64_t>>(0));
        g_object_set_data_full(G_OBJECT(pipeline), key, last,
                               [](gpointer held) { delete static_cast<Last *>(held); });
    }
    return *last;
}

} // namespace

AlarmNumbers::AlarmNumbers(GstElement *element) : last_(last_of(element)) {}

} // namespace fovea
