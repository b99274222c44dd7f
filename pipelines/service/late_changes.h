// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "service/watch_config.h"

namespace fovea {

/** \brief What of a configuration that is read again a running watch does not take: "model, page"; empty: nothing changed */
std::string late_changes(const WatchConfig &running, const WatchConfig &read);

} // namespace fovea
