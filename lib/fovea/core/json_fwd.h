// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace fovea {

/**
 * \brief JSON whose objects keep their order
 *
 * It is only declared here: who looks inside includes core/json.h, which takes a second to read.
 */
using Json = nlohmann::ordered_json;

} // namespace fovea
