// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

namespace fovea {

/**
 * \brief What a file of pictures that move is called, which GStreamer does not play as a video: "GIF" (it gives the
 * frames no times), "animated PNG" (it shows the first), "animated WebP" (it shows none); empty: it is none of them
 */
std::string animation_kind(const std::filesystem::path &file);

/** \brief Whether a file is JPEG pictures one behind the other, Motion JPEG without a container; no picture with others
 * that belong to it (MPF, CIPA DC-007) */
bool is_motion_jpeg(const std::filesystem::path &file);

} // namespace fovea
