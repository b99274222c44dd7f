// SPDX-License-Identifier: MIT
#include "service/stop_together.h"

#include <chrono>
#include <string>

#include "service/event_log.h"

namespace fovea {

namespace {

constexpr std::chrono::seconds stop_patience(10); // services are killed after 90 s

} // namespace

void stop_together(std::vector<std::unique_ptr<CameraWatch>> cameras)
{
    for (const auto &camera : cameras)
        camera->begin_stop();
    const auto until = std::chrono::steady_clock::now() + stop_patience;
    for (auto &camera : cameras) {
        if (camera->end_stop(until))
            continue;
        log_line(camera->config().name + ": does not stop in " +
                 std::to_string(stop_patience.count()) + " s and is left as it is");
        camera.release(); // threads of it go on
    }
}

} // namespace fovea
