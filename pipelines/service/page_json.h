// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "fovea/core/json.h"
#include "fovea/store/event.h"
#include "service/camera_events.h"

namespace fovea {

/** \brief A camera as the page shows it. \param reason why it is down; empty: it was not up yet */
Json camera_json(const std::string &name, const CameraStats &stats, const std::string &reason,
                 bool has_picture);

/** \brief Alarms as the page shows them; times in milliseconds since 1970 */
Json alarms_json(const std::vector<StoredAlarm> &alarms);

/** \brief The clip among an alarm's evidence, while it is there; empty: there is none */
std::filesystem::path clip_of(const StoredAlarm &alarm);

/** \brief The picture of its best moment, where it is still there; empty: there is none */
std::filesystem::path still_of(const StoredAlarm &alarm);

} // namespace fovea
