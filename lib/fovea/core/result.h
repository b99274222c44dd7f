// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fovea/core/frame_counts.h"
#include "fovea/core/heat_map.h"
#include "fovea/core/image.h"
#include "fovea/core/names.h"
#include "fovea/core/person.h"
#include "fovea/core/region.h"
#include "fovea/core/time.h"

namespace fovea {

struct ScoredLabel {
    std::string label;
    int label_id = 0;
    float confidence = 0; ///< in [0, 1]
};

struct WeightedRegion {
    Region region;
    float weight = 0; ///< share of the evidence, in [0, 1]; all regions sum to 1
};

struct Salience {
    TimeSpan time;
    float weight = 0; ///< relative to the strongest moment, in [0, 1]
};

/** \brief What was recognised in a stretch of time */
struct Activity {
    enum class Scope {
        Window, ///< one of many along the video
        Video,  ///< the whole of it
        Segment ///< an action, from its start to its end
    };

    Scope scope = Scope::Window;
    ScoredLabel label;
    TimeSpan time;
    std::vector<ScoredLabel> top_k; ///< best first
    std::vector<WeightedRegion> regions;
    std::vector<Salience> salience;
    HeatMap heat;             ///< of the weightiest moment; empty: not looked for
    FrameCounts frames;       ///< that it was made of; none seen: not known
    std::uint64_t unseen = 0; ///< timesteps that passed without a look since the activity before
    bool too_far = false;     ///< all who are followed are smaller than the model can judge
};

constexpr Named<Activity::Scope> activity_scopes[] = {{Activity::Scope::Window, "window"},
                                                      {Activity::Scope::Video, "video"},
                                                      {Activity::Scope::Segment, "segment"}};

/** \brief An alarm begins, goes on with a higher score, or ends */
struct AlarmEvent {
    enum class Kind { Begin, Update, End };

    Kind kind = Kind::Begin;
    std::uint64_t id = 0; ///< of the alarm in its stream, from 1
    ScoredLabel label;    ///< with the highest score so far
    TimeSpan time;        ///< from its first window on to the last one so far
    Nanoseconds best =
        0; ///< of the frame that shows it best: the weightiest of the strongest window
    Box box = whole_frame;    ///< where the evidence of the strongest window lies
    std::vector<int> persons; ///< track ids of those in it
};

constexpr Named<AlarmEvent::Kind> alarm_event_kinds[] = {{AlarmEvent::Kind::Begin, "begin"},
                                                         {AlarmEvent::Kind::Update, "update"},
                                                         {AlarmEvent::Kind::End, "end"}};

/** \brief What is known of one frame, or of a stretch that ends with it: one line of results.jsonl */
struct Result {
    Nanoseconds timestamp = 0; ///< stream time of the frame it rode on
    ImageSize resolution;
    std::vector<Person> persons;
    bool has_activity = false;
    Activity activity;
    std::optional<AlarmEvent> alarm;
    std::string source; ///< the video's path or URI; empty: not known
    std::string model;  ///< the bundle's name
    std::string utc;    ///< when the frame was taken: to_utc_text(); empty: not known
    std::string run;    ///< id of the run that wrote it; empty: not known
};

} // namespace fovea
