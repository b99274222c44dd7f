// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

#include "fovea/core/json_fwd.h"

namespace fovea {

/**
 * \brief The file that the `uri` property names
 * \param uri "stdout:", file:///path or a plain path
 * \return empty for standard output
 * \throw Error Settings for any other scheme
 */
std::filesystem::path publish_target(const std::string &uri);

/**
 * \brief The members that the `tags` property adds to each line
 * \param tags a JSON object; empty: none
 * \throw Error Settings when it is not an object, or has a member that the line has itself
 */
Json publish_tags(const std::string &tags);

} // namespace fovea
