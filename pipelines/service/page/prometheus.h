// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "fovea/publish/publisher.h"
#include "service/camera_events.h"

namespace fovea {

/** \brief What a watch is and did, of one moment */
struct WatchFigures {
    std::vector<std::pair<std::string, CameraStats>> cameras;        ///< by name
    std::vector<std::pair<std::string, PublisherCounts>> publishers; ///< by URI without secrets
    std::uint64_t alarms = 0;                                        ///< that began since the start
    std::uint64_t failed_writes = 0; ///< to the database, since then
};

/**
 * \brief The figures in Prometheus's text form (version 0.0.4), with this process's memory
 *
 * Counters end in _total, and begin at 0 with the process.
 */
std::string to_prometheus(const WatchFigures &figures);

} // namespace fovea
