// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fovea/core/person.h"
#include "fovea/core/result.h"
#include "fovea/salience/timeline.h"

namespace fovea {

struct SceneLabel {
    std::string text;
    float confidence = 0; ///< below 0: none is shown
    int tone = neutral_tone;
};

struct SceneAlarm {
    std::uint64_t id = 0; ///< of the alarm in its stream
    SceneLabel label;
};

/** \brief Everything that is drawn on one frame */
struct Scene {
    Nanoseconds now = 0;
    std::vector<Person> persons;
    std::optional<Box> actor;
    std::optional<float> actor_weight;        ///< its share of the evidence
    std::vector<WeightedRegion> grid;         ///< the regions of the grid alone
    std::optional<WeightedRegion> salient;    ///< what was looked at a second time
    std::optional<WeightedRegion> key_person; ///< who has most of the evidence
    HeatMap heat;                             ///< where the network looked
    std::optional<SceneLabel> label;          ///< what is done now
    std::optional<SceneLabel> video;          ///< what the whole video is
    std::vector<SceneAlarm> alarms;           ///< that go on now
    std::shared_ptr<const Timeline> timeline;
    TimeSpan timeline_span; ///< what the timeline shows
    bool live = false;      ///< the timeline ends now
    bool highlight = false; ///< this frame is salient
    int highlight_tone = neutral_tone;
};

/** \brief A label's looks, or those of "too far to tell"; \a normal is the label that is no event */
SceneLabel scene_label(const Activity &activity, const std::string &normal);

/** \brief An alarm's looks, in the colour of its class */
SceneAlarm scene_alarm(const AlarmEvent &alarm);

/** \brief The evidence of an activity: the actor's share and the grid's weights */
void show_evidence(const Activity &activity, Scene *scene);

} // namespace fovea
