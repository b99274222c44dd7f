#pragma once

#include <string>
#include <vector>

#include "fovea/core/json.h"
#include "fovea/core/result.h"

namespace fovea {

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
