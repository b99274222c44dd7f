// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>

namespace fovea {

/** \brief Whether a file is a GIF, whose frames GStreamer gives no times */
bool is_gif(const std::filesystem::path &file);

/**
 * \brief Whether an MP4 has a video track: GStreamer's reader takes one of less than a fifth of the
 * length of the sound for a preview picture and does not show it
 */
bool mp4_has_video_track(const std::filesystem::path &file);

} // namespace fovea
