// SPDX-License-Identifier: MIT
#include "overlay/scene.h"

#include <algorithm>

namespace fovea {

SceneLabel scene_label(const Activity &activity, const std::string &normal)
{
    if (activity.too_far)
        return {"too far to tell", -1, neutral_tone};
    const ScoredLabel &label = activity.label;
    const bool event = label.label != normal;
    return {label.label, label.confidence, event ? std::max(0, label.label_id) : neutral_tone};
}

SceneAlarm scene_alarm(const AlarmEvent &alarm)
{
    return {alarm.id,
            {alarm.label.label, alarm.label.confidence, std::max(0, alarm.label.label_id)}};
}

void show_evidence(const Activity &activity, Scene *scene)
{
    scene->heat = activity.heat;
    for (const WeightedRegion &entry : activity.regions) {
        if (entry.region.kind == RegionKind::Salient)
            scene->salient = entry;
        const bool is_person = entry.region.kind == RegionKind::Person;
        if (is_person && (!scene->key_person || entry.weight > scene->key_person->weight))
            scene->key_person = entry;
        if (entry.region.kind == RegionKind::Grid)
            scene->grid.push_back(entry);
        if (entry.region.kind != RegionKind::Actor)
            continue;
        // no person: the actor is the whole frame, and a mark around that says nothing
        if (entry.region.box == whole_frame)
            continue;
        scene->actor_weight = entry.weight;
        if (!scene->actor)
            scene->actor = entry.region.box;
    }
}

} // namespace fovea
