// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "fovea/core/image.h"
#include "fovea/core/time.h"
#include "fovea/video/decoding_report.h"

namespace fovea {

/** \brief What a video file says of itself */
struct MediaInfo {
    std::filesystem::path file;
    ImageSize size;                     ///< pixels, as shown: upright
    double fps = 0;                     ///< frames a second; 0: not stated, or it varies
    Nanoseconds duration = 0;           ///< 0: not stated
    bool duration_is_estimated = false; ///< by GStreamer: the file does not state it
    bool ends_within_a_part = false;    ///< as the function of the same name says
    bool has_audio = false;
    std::filesystem::path name = {}; ///< for results: the file, or web_video() that it is a copy of
    bool is_upright = false; ///< known to have no tag that asks to turn or mirror its frames
    std::vector<std::string> notes = {}; ///< what is not looked at, as notes_of()
};

/**
 * \throw Error NotFound when the file is not there or not readable, Settings when it holds no video
 * that can be decoded: one line that names the file, the cause and the remedy
 */
MediaInfo media_info(const std::filesystem::path &file);

/** \brief What is to be told of a file that was decoded, behind its name */
std::vector<std::string> notes_of(const DecodingReport &report, const MediaInfo &media);

} // namespace fovea
