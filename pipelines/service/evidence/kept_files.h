// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <unordered_set>

#include "fovea/store/events/event.h"

namespace fovea {

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

} // namespace fovea
