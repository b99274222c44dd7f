// SPDX-License-Identifier: MIT
#include "meta/convert.h"

namespace fovea {

static_assert(FOVEA_KEYPOINTS == keypoint_names.size());

namespace {

template <typename To, typename From>
std::vector<To> all_from(const GArray *array)
{
    std::vector<To> all;
    all.reserve(array->len);
    for (guint i = 0; i < array->len; ++i)
        all.push_back(from_c(g_array_index(array, From, i)));
    return all;
}

template <typename From>
void replace(GArray *array, const std::vector<From> &values)
{
    g_array_set_size(array, 0);
    for (const From &value : values) {
        const auto element = to_c(value);
        g_array_append_val(array, element);
    }
}

RegionKind from_c(FoveaRegionKind kind)
{
    switch (kind) {
    case FOVEA_REGION_GRID:
        return RegionKind::Grid;
    case FOVEA_REGION_ACTOR:
        return RegionKind::Actor;
    case FOVEA_REGION_SALIENT:
        return RegionKind::Salient;
    case FOVEA_REGION_PERSON:
        return RegionKind::Person;
    case FOVEA_REGION_FULL:
        break;
    }
    return RegionKind::Full;
}

FoveaRegionKind to_c(RegionKind kind)
{
    switch (kind) {
    case RegionKind::Grid:
        return FOVEA_REGION_GRID;
    case RegionKind::Actor:
        return FOVEA_REGION_ACTOR;
    case RegionKind::Salient:
        return FOVEA_REGION_SALIENT;
    case RegionKind::Person:
        return FOVEA_REGION_PERSON;
    case RegionKind::Full:
        break;
    }
    return FOVEA_REGION_FULL;
}

} // namespace

FoveaBox to_c(const Box &box)
{
    return {box.x, box.y, box.width, box.height};
}

FoveaPerson to_c(const Person &person)
{
    FoveaPerson made = {};
    made.box = to_c(person.box);
    made.confidence = person.confidence;
    made.id = person.id;
    made.detected = person.detected ? TRUE : FALSE;
    made.has_pose = person.pose ? TRUE : FALSE;
    for (std::size_t i = 0; person.pose && i < FOVEA_KEYPOINTS; ++i) {
        const Keypoint &keypoint = (*person.pose)[i];
        made.pose[i] = {keypoint.x, keypoint.y, keypoint.confidence};
    }
    return made;
}

FoveaRegion to_c(const Region &region)
{
    return {to_c(region.kind), to_c(region.box)};
}

FoveaScore to_c(const ScoredLabel &label)
{
    return {g_strdup(label.label.c_str()), label.label_id, label.confidence};
}

Box from_c(const FoveaBox &box)
{
    return {box.x, box.y, box.width, box.height};
}

Person from_c(const FoveaPerson &person)
{
    Person made = {from_c(person.box), person.confidence, person.id, person.detected != FALSE};
    if (person.has_pose) {
        made.pose.emplace();
        for (std::size_t i = 0; i < FOVEA_KEYPOINTS; ++i)
            (*made.pose)[i] = {person.pose[i].x, person.pose[i].y, person.pose[i].confidence};
    }
    return made;
}

Region from_c(const FoveaRegion &region)
{
    return {from_c(region.kind), from_c(region.box)};
}

ScoredLabel from_c(const FoveaScore &score)
{
    return {score.label != nullptr ? score.label : "", score.label_id, score.confidence};
}

TimeSpan span_of(GstClockTime start, GstClockTime end)
{
    return {static_cast<Nanoseconds>(start), static_cast<Nanoseconds>(end)};
}

void set_heat(FoveaHeat *to, const HeatMap &heat)
{
    g_free(to->values);
    *to = {to_c(heat.box), static_cast<guint>(heat.columns), static_cast<guint>(heat.rows),
           nullptr};
    if (!heat.empty())
        to->values = static_cast<guint8 *>(g_memdup2(heat.values.data(), heat.values.size()));
}

HeatMap from_c(const FoveaHeat &heat)
{
    if (heat.values == nullptr)
        return {};
    return {from_c(heat.box),
            static_cast<int>(heat.columns),
            static_cast<int>(heat.rows),
            {heat.values, heat.values + static_cast<std::size_t>(heat.columns) * heat.rows}};
}

FoveaFrameCounts to_c(const FrameCounts &counts)
{
    return {static_cast<guint>(counts.seen), static_cast<guint>(counts.repeated),
            static_cast<guint>(counts.frozen), static_cast<guint>(counts.corrupt)};
}

FrameCounts from_c(const FoveaFrameCounts &counts)
{
    return {counts.seen, counts.repeated, counts.frozen, counts.corrupt};
}

std::vector<Person> persons_from(const FoveaMeta &meta)
{
    return all_from<Person, FoveaPerson>(meta.persons);
}

std::optional<Box> actor_from(const FoveaMeta &meta)
{
    return meta.has_actor ? std::optional(from_c(meta.actor)) : std::nullopt;
}

std::vector<Region> regions_from(const FoveaMeta &meta)
{
    return all_from<Region, FoveaRegion>(meta.regions);
}

void set_persons(FoveaMeta *meta, const std::vector<Person> &persons)
{
    replace(meta->persons, persons);
}

void set_actor(FoveaMeta *meta, const std::optional<Box> &actor)
{
    meta->has_actor = actor.has_value() ? TRUE : FALSE;
    meta->actor = to_c(actor.value_or(Box{}));
}

void set_regions(FoveaMeta *meta, const std::vector<Region> &regions)
{
    replace(meta->regions, regions);
}

} // namespace fovea
