// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/core/json.h"
#include "fovea/core/result.h"

namespace fovea {

/** \brief The entry `alarm` of a result's line */
Json alarm_to_json(const AlarmEvent &alarm);

/** \throw Error Settings naming the entry that is missing or wrong */
AlarmEvent alarm_from(const JsonReader &reader);

/** \brief "begin", "update" or "end" */
const char *to_string(AlarmEvent::Kind kind);

} // namespace fovea
