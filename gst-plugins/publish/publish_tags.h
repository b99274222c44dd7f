// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "fovea/core/json_fwd.h"

namespace fovea {

/**
 * \brief The members that the `tags` property adds to each line
 * \param tags a JSON object; empty: none
 * \throw Error Settings when it is not an object, or has a member that the line has itself
 */
Json publish_tags(const std::string &tags);

} // namespace fovea
