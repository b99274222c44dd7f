// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace fovea {

/**
 * \brief The path that a VIDEO of the command line stands for: itself, or that of a `file://` URI
 * \throw Error Settings with the remedy for the address of a camera or a web page
 */
std::string video_path(const std::string &path_or_uri);

} // namespace fovea
