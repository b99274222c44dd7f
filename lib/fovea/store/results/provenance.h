// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "fovea/core/json.h"

namespace fovea {

/** \brief What tells a video from another in its place */
struct VideoState {
    std::uintmax_t bytes = 0;   ///< 0: not known
    std::int64_t changed_s = 0; ///< seconds since 1970; 0: not known
    std::string path;           ///< whole; empty: of a web server
};

/**
 * \brief What a result was made with, kept beside it (`run.json`) so that it is not made again
 *
 * Written last: its presence says that the outputs are whole.
 */
struct Provenance {
    Json made_with;                   ///< model, detector and settings that count
    std::vector<std::string> outputs; ///< file names beside the record
    VideoState video;                 ///< when it was begun with
    /** What was told of the video as it was read: cut short, damaged, gaps; of earlier versions it is not known */
    std::optional<std::vector<std::string>> warnings = std::nullopt;
};

/** \brief Of a video on a web server, and where nobody can say, nothing is known */
VideoState state_of(const std::filesystem::path &video);

/** \throw Error CannotWrite */
void write_provenance(const std::filesystem::path &file, const Provenance &record);

/** \brief What a record says that was made with; null: it does not say, or cannot be read */
Json recorded_settings(const std::filesystem::path &file);

/** \brief What a record says that was told of its video; none: it does not say, or cannot be read */
std::optional<std::vector<std::string>> recorded_warnings(const std::filesystem::path &file);

/** \brief The video that a record is of; empty: it does not say, or cannot be read */
std::filesystem::path recorded_video(const std::filesystem::path &file);

/**
 * \brief That video, where that is there yet and is another than \a video; else empty
 *
 * A copy of a file, of the same size with the same megabyte at both ends, is the same video; one of a folder of frames
 * is another.
 */
std::filesystem::path other_video(const std::filesystem::path &file,
                                  const std::filesystem::path &video);

/**
 * \brief Whether a record names \a video itself or, from before records named one, says that it is of its size and time
 *
 * Of a folder of frames, which has no size, and of a video on a web server only the name counts.
 */
bool is_recorded_of(const std::filesystem::path &file, const std::filesystem::path &video);

/**
 * \brief True when \a file says that \a wanted was made, its outputs are there and not empty, and \a video has not
 * changed since, nor is of another size or time than it was, nor another by other_video(); one on a web server
 * is taken for the same. A record that cannot be read counts as none.
 */
bool is_made(const std::filesystem::path &file, const Provenance &wanted,
             const std::filesystem::path &video);

} // namespace fovea
