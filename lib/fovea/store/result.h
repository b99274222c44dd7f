#pragma once

#include <string>
#include <vector>

#include "fovea/core/heat_map.h"
#include "fovea/core/image.h"
#include "fovea/core/json.h"
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
    HeatMap heat; ///< of the weightiest moment; empty: not looked for
};

/** \brief One line of results.jsonl */
struct Result {
    Nanoseconds timestamp = 0; ///< stream time of the frame it rode on
    ImageSize resolution;
    std::vector<Person> persons;
    bool has_activity = false;
    Activity activity;
    std::string source; ///< the video's path or URI; empty: not known
    std::string model;  ///< the bundle's name
};

/** \brief Version of the line's form, models/schema/result.schema.json */
constexpr int result_schema_version = 1;

/** \brief A superset of DL Streamer's gvametaconvert line (see models/schema/result.schema.json) */
Json to_json(const Result &result);

/** \throw Error Settings naming the entry that is missing or wrong */
Result result_from_json(const Json &line);

/** \brief Every line of a results.jsonl. \throw Error naming file and line */
std::vector<Result> read_results(const std::string &file);

/** \brief "window", "video" or "segment" */
const char *to_string(Activity::Scope scope);

/**
 * \brief WebVTT with one cue a window (label and confidence), the whole video's first as a NOTE;
 * where there are segments, cues are of these
 */
std::string to_webvtt(const std::vector<Result> &results);

/**
 * \brief ActivityNet's form of predictions: the segments of one video
 * \param video its id: the name of the file without its ending
 */
Json to_activity_net(const std::vector<Result> &results, const std::string &video);

/** \brief CSV: source,scope,start,end,label,confidence; quoted where needed; with a header line */
std::string to_csv(const std::vector<Result> &results);

} // namespace fovea
