// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "fovea/core/json.h"
#include "fovea/store/events/event.h"
#include "service/camera_events.h"
#include "service/evidence/kept_files.h"

namespace fovea {

/** \brief A camera as the page shows it. \param reason why it is down; empty: it was not up yet */
Json camera_json(const std::string &name, const CameraStats &stats, const std::string &reason,
                 bool has_picture);

/** \brief An alarm as the page shows it; times in milliseconds since 1970 */
Json alarm_json(const StoredAlarm &alarm, const EvidenceFiles &files);

/** \brief A list of them, with what is there now */
Json alarms_json(const std::vector<StoredAlarm> &alarms);

} // namespace fovea
