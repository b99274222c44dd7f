// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace fovea {

/**
 * \brief The path that a VIDEO of the command line stands for: itself, that of a `file://` URI, or web_video()
 * \throw Error Settings with the remedy for the address of a camera, or of another kind
 */
std::string video_path(const std::string &path_or_uri);

/**
 * \brief The videos of a list: a path, address or `file://` URI a line, as VIDEO; empty lines are passed over
 *
 * Where the list ends with a zero byte, one ends each path, as `find -print0` writes them, and all are taken as they
 * are: with line ends, outer blanks, or in any encoding. A line in another encoding than UTF-8 is taken where a file is called so.
 * \param list file; `-`: stdin. Relative paths are of its folder; of stdin, of the current one
 * \throw Error as read_lines() and video_path(), with the line; Settings when no video is in it
 */
std::vector<std::filesystem::path> listed_videos(const std::string &list);

} // namespace fovea
