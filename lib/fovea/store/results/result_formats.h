// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "fovea/core/json_fwd.h"
#include "fovea/core/result.h"

namespace fovea {

/** \brief Results as in results.jsonl: to_json() of each, a line each */
std::string to_json_lines(const std::vector<Result> &results);

/**
 * \brief WebVTT with one cue a window (label and confidence), the whole video's first as a NOTE;
 * where there are segments, cues are of these; an alarm is a cue of its own
 */
std::string to_webvtt(const std::vector<Result> &results);

/** \brief CSV: source,scope,start,end,label,confidence; quoted where needed; with a header line; an
 * alarm, as it ended, has the scope alarm */
std::string to_csv(const std::vector<Result> &results);

/**
 * \brief ActivityNet's form of predictions: the segments of one video
 * \param video its id: the name of the file without its ending
 */
Json to_activity_net(const std::vector<Result> &results, const std::string &video);

/**
 * \brief The same around segments that are at hand
 * \param results by the video's id a list of {"label", "score"[, "segment": [start, end]]}, seconds
 */
Json activity_net_predictions(Json results);

/** \brief A form in which the results of one video are written */
struct ResultFormat {
    std::string name; ///< as users ask for it
    std::string file; ///< in the folder of the results
    std::string (*write)(const std::vector<Result> &results, const std::string &video);
    bool of_segments =
        false; ///< it holds segments alone, and is written where these are looked for
};

/**
 * \brief Every form that is known: another one is a row more
 *
 * The first is results.jsonl, which is always written; the others are made from it.
 */
const std::vector<ResultFormat> &result_formats();

} // namespace fovea
