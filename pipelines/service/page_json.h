// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <unordered_set>
#include <vector>

#include "fovea/core/json.h"
#include "fovea/store/event.h"
#include "service/camera_events.h"

namespace fovea {

/** \brief To four digits: 0.9, not 0.89999998 */
double rounded(double value);

/** \brief A camera as the page shows it. \param reason why it is down; empty: it was not up yet */
Json camera_json(const std::string &name, const CameraStats &stats, const std::string &reason,
                 bool has_picture);

/** \brief A file that was kept of an alarm */
enum class Evidence {
    Clip,
    Still, ///< JPEG of its best moment
    Line   ///< JSON: what receivers got last, with its AlarmCourse
};

/** \brief Where it is, while it is there; empty: it is not */
std::filesystem::path file_of(const StoredAlarm &alarm, Evidence which);

/** \brief Which files are there, each folder read once: for many alarms at a time */
class KeptFiles
{
public:
    bool has(const std::filesystem::path &file);

private:
    std::map<std::string, std::unordered_set<std::string>> names_; ///< by folder
};

/** \brief What is there of an alarm; empty: it is not */
struct EvidenceFiles {
    std::filesystem::path clip;
    std::filesystem::path still;
    std::filesystem::path line;
};

EvidenceFiles files_of(const StoredAlarm &alarm, KeptFiles *kept);

/** \brief An alarm as the page shows it; times in milliseconds since 1970 */
Json alarm_json(const StoredAlarm &alarm, const EvidenceFiles &files);

/** \brief A list of them, with what is there now */
Json alarms_json(const std::vector<StoredAlarm> &alarms);

} // namespace fovea
