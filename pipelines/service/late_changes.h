// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "service/watch_config.h"

namespace fovea {

/** \brief What of a configuration that is read again a running watch does not take: "model, page"; empty: nothing changed */
std::string late_changes(const WatchConfig &running, const WatchConfig &read);

/** \brief late_changes() for the log, and whether the next start would be refused, as nobody may be there to see it then; empty: nothing changed */
std::string told_of_restart(const WatchConfig &running, const WatchConfig &read);

} // namespace fovea
