// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace fovea {

/** \brief What a report is about */
struct ReportFigures {
    std::size_t sources = 0; ///< videos, or cameras
    bool by_video = true;
    std::size_t alarms = 0;
    std::int64_t left_out = 0; ///< alarms of an events.db that are older than the newest 100,000
    std::vector<std::string> unread; ///< videos whose results cannot be read: why
    /** That videos were labelled with, versions apart, and how many */
    std::map<std::string, std::size_t> models;
    std::string strongest; ///< the ten most confident alarms, a line each
};

/** \brief "3 alarms of 1 camera", and what is missing of them */
std::string to_text(const ReportFigures &figures);

/**
 * \brief The page of `fovea watch` as files that a browser opens from the disk: index.html in \a out
 * and alarms.csv, a table of all alarms, the most confident first
 *
 * Of a folder: alarms of all videos below it that `fovea label` went through, at times from each video's start; a model
 * without alarms has its actions shown (label --segments). Of an events.db: its alarms by day, with their clips.
 * \throw Error NotFound when there is neither, Settings for a file that cannot be read, CannotWrite
 */
ReportFigures write_report(const std::filesystem::path &source, const std::filesystem::path &out);

} // namespace fovea
