// SPDX-License-Identifier: MIT
#include "service/camera_messages.h"

#include <algorithm>
#include <utility>

namespace fovea {

namespace {

float share(const GstStructure *structure, const char *name)
{
    gdouble value = 0;
    gst_structure_get_double(structure, name, &value);
    return static_cast<float>(value);
}

Box box_in(const GstStructure *structure)
{
    return {share(structure, "x"), share(structure, "y"), share(structure, "width"),
            share(structure, "height")};
}

/** \param take is given each structure of a list; none where there is no such list */
template <typename Take>
void for_each(const GstStructure *message, const char *name, Take take)
{
    const GValue *list = gst_structure_get_value(message, name);
    for (guint i = 0; list != nullptr && i < gst_value_list_get_size(list); ++i)
        take(static_cast<const GstStructure *>(
            g_value_get_boxed(gst_value_list_get_value(list, i))));
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
    const auto *event = find_named(alarm_event_kinds, word_in(message, "event"));
    alarm.kind = event != nullptr ? event->value : AlarmEvent::Kind::End;
    alarm.id = number_in(message, "id");
    alarm.label.label = word_in(message, "label");
    gst_structure_get_int(message, "label-id", &alarm.label.label_id);
    alarm.label.confidence = share(message, "confidence");
    alarm.time = {static_cast<Nanoseconds>(number_in(message, "start")),
                  static_cast<Nanoseconds>(number_in(message, "end"))};
    alarm.best = static_cast<Nanoseconds>(number_in(message, "best"));
    alarm.box = box_in(message);
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

std::vector<ScoredLabel> scores_of_window(const GstStructure *message)
{
    std::vector<ScoredLabel> scores;
    for_each(message, "top-k", [&](const GstStructure *one) {
        ScoredLabel score = {word_in(one, "label"), -1, share(one, "confidence")};
        gst_structure_get_int(one, "label-id", &score.label_id);
        scores.push_back(std::move(score));
    });
    return scores;
}

std::vector<WeightedRegion> regions_of_window(const GstStructure *message)
{
    std::vector<WeightedRegion> regions;
    for_each(message, "regions", [&](const GstStructure *one) {
        WeightedRegion region;
        region.region.box = box_in(one);
        region.weight = share(one, "weight");
        regions.push_back(region);
    });
    return regions;
}

float highest_of_events(const std::vector<ScoredLabel> &scores, int normal)
{
    float highest = 0;
    for (const ScoredLabel &one : scores)
        if (one.label_id != normal)
            highest = std::max(highest, one.confidence);
    return highest;
}

bool is_up(const GstStructure *stats)
{
    gboolean up = FALSE;
    return gst_structure_get_boolean(stats, "up", &up) != FALSE && up != FALSE;
}

ImageSize resolution_in(const GstStructure *message)
{
    ImageSize size;
    gst_structure_get_int(message, "width", &size.width);
    gst_structure_get_int(message, "height", &size.height);
    return size;
}

CameraNews news_of(const GstStructure *message)
{
    CameraNews news;
    news.up = word_in(message, "state") == "up";
    news.reason = word_in(message, "reason");
    news.text = word_in(message, "text");
    news.picture = word_in(message, "picture");
    return news;
}

} // namespace fovea
