// SPDX-License-Identifier: MIT
#include "service/camera_messages.h"

#include <algorithm>

namespace fovea {

namespace {

float share(const GstStructure *structure, const char *name)
{
    gdouble value = 0;
    gst_structure_get_double(structure, name, &value);
    return static_cast<float>(value);
}

} // namespace

std::uint64_t number_in(const GstStructure *message, const char *name)
{
    guint64 value = 0;
    gst_structure_get_uint64(message, name, &value);
    return value;
}

std::string word_in(const GstStructure *message, const char *name)
{
    const gchar *text = gst_structure_get_string(message, name);
    return text != nullptr ? text : "";
}

AlarmEvent alarm_of(const GstStructure *message)
{
    AlarmEvent alarm;
    const std::string event = word_in(message, "event");
    alarm.kind = event == "begin"    ? AlarmEvent::Kind::Begin
                 : event == "update" ? AlarmEvent::Kind::Update
                                     : AlarmEvent::Kind::End;
    alarm.id = number_in(message, "id");
    alarm.label.label = word_in(message, "label");
    gst_structure_get_int(message, "label-id", &alarm.label.label_id);
    alarm.label.confidence = share(message, "confidence");
    alarm.time = {static_cast<Nanoseconds>(number_in(message, "start")),
                  static_cast<Nanoseconds>(number_in(message, "end"))};
    alarm.best = static_cast<Nanoseconds>(number_in(message, "best"));
    alarm.box = {share(message, "x"), share(message, "y"), share(message, "width"),
                 share(message, "height")};
    if (const GValue *persons = gst_structure_get_value(message, "persons"))
        for (guint i = 0; i < gst_value_list_get_size(persons); ++i)
            alarm.persons.push_back(g_value_get_int(gst_value_list_get_value(persons, i)));
    return alarm;
}

std::optional<Array> rows_of_window(const GstStructure *message)
{
    Array rows;
    rows.shape.resize(3);
    GBytes *features = nullptr;
    const bool told =
        gst_structure_get(message, "row-regions", G_TYPE_INT64, &rows.shape[0], "row-timesteps",
                          G_TYPE_INT64, &rows.shape[1], "row-channels", G_TYPE_INT64,
                          &rows.shape[2], "features", G_TYPE_BYTES, &features, nullptr) != FALSE;
    if (!told)
        return std::nullopt;
    gsize size = 0;
    const auto *values = static_cast<const float *>(g_bytes_get_data(features, &size));
    rows.values.assign(values, values + size / sizeof(float));
    g_bytes_unref(features);
    return rows;
}

FrameCounts frames_of_window(const GstStructure *message)
{
    const auto count = [message](const char *name) {
        guint value = 0;
        gst_structure_get_uint(message, name, &value);
        return static_cast<std::int64_t>(value);
    };
    return {count("frames"), count("repeated"), count("frozen"), count("corrupt")};
}

float told_event_score(const GstStructure *message, int normal)
{
    float highest = 0;
    const GValue *scores = gst_structure_get_value(message, "top-k");
    for (guint i = 0; scores != nullptr && i < gst_value_list_get_size(scores); ++i) {
        const auto *one = static_cast<const GstStructure *>(
            g_value_get_boxed(gst_value_list_get_value(scores, i)));
        int label = -1;
        gst_structure_get_int(one, "label-id", &label);
        if (label != normal)
            highest = std::max(highest, share(one, "confidence"));
    }
    return highest;
}

} // namespace fovea
