// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/core/json.h"
#include "fovea/core/result.h"

namespace fovea {

/** \brief The shortest decimal that reads back as the same float: 0.87, not 0.8700000047683716 */
double tidy(float value);

/** \brief What stands in the objects of a result's line; readers \throw Error Settings naming the entry */
Json bounding_box(const Box &box);
Box box_from(const JsonReader &reader);            ///< as bounding_box() wrote it
float confidence_from(const JsonReader &reader);   ///< of "confidence"
Json scored(const ScoredLabel &label);             ///< label and confidence
ScoredLabel scored_from(const JsonReader &reader); ///< as scored() wrote it
Nanoseconds seconds_from(const JsonReader &reader,
                         const char *key);    ///< longest_seconds at most, before 0 too
TimeSpan span_from(const JsonReader &reader); ///< of "start" and "end"

} // namespace fovea
