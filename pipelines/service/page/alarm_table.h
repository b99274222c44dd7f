// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "fovea/core/result.h"

namespace fovea {

/** \brief An alarm, or an action, of many videos or cameras */
struct AlarmRow {
    ScoredLabel label;
    std::string source;         ///< video as the report calls it, or camera
    TimeSpan time;              ///< from the video's start, or since 1970
    std::string model;          ///< empty: not known
    std::filesystem::path file; ///< the video or the clip; empty: not there
};

/** \brief The most confident first; of like ones by source and time */
void sort_by_confidence(std::vector<AlarmRow> *rows);

/**
 * \brief confidence,label,source,start,end,model,file: a row each
 *
 * A file is a path or, where its name is no UTF-8 or has control characters, a file:// URI.
 * \param by_video times in seconds, else on the wall in UTC
 */
std::string to_csv(const std::vector<AlarmRow> &rows, bool by_video);

/** \brief The first \a most as lines for a terminal; empty: there are none */
std::string first_in_words(const std::vector<AlarmRow> &rows, bool by_video, std::size_t most);

} // namespace fovea
