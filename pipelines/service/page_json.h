// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "fovea/core/json.h"
#include "fovea/store/event.h"
#include "service/camera_events.h"

namespace fovea {

/** \brief Without line breaks; text that is no UTF-8 has replacement characters */
std::string one_line(const Json &json);

/** \brief To four digits: 0.9, not 0.89999998 */
double rounded(double value);

/** \brief A camera as the page shows it. \param reason why it is down; empty: it was not up yet */
Json camera_json(const std::string &name, const CameraStats &stats, const std::string &reason,
                 bool has_picture);

/** \brief Alarms as the page shows them; times in milliseconds since 1970 */
Json alarms_json(const std::vector<StoredAlarm> &alarms);

/** \brief A file that was kept of an alarm */
enum class Evidence {
    Clip,
    Still, ///< JPEG of its best moment
    Line   ///< JSON: what receivers got last, with its AlarmCourse
};

/** \brief Where it is, while it is there; empty: it is not */
std::filesystem::path file_of(const StoredAlarm &alarm, Evidence which);

} // namespace fovea
