// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "fovea/core/json_fwd.h"
#include "fovea/core/result.h"

namespace fovea {

/** \brief Version of the line's form, models/schema/result.schema.json */
constexpr int result_schema_version = 1;

/** \brief A superset of DL Streamer's gvametaconvert line (see models/schema/result.schema.json) */
Json to_json(const Result &result);

/** \throw Error Settings naming the entry that is missing or wrong */
Result result_from_json(const Json &line);

/** \brief Which lines of results are read */
enum class ResultLines {
    All,
    Told ///< those with an activity or an alarm: most tell persons alone, and are passed over unread
};

/** \brief Every line of a results.jsonl. \throw Error naming file and line */
std::vector<Result> read_results(const std::string &file, ResultLines which = ResultLines::All);

} // namespace fovea
