// SPDX-License-Identifier: MIT
#include "service/stop_together.h"

#include <chrono>
#include <string>

#include "service/event_log.h"
#include "service/systemd_notify.h"

namespace fovea {

namespace {

/* With CameraWatch::begin_patience less than the 90 s after which services are killed */
constexpr std::chrono::seconds stop_patience(10);
constexpr std::chrono::seconds clip_down_patience(5); // for all that were given up

std::string in_seconds(std::chrono::seconds time)
{
    return std::to_string(time.count()) + " s";
}

} // namespace

bool stop_together(std::vector<std::unique_ptr<CameraWatch>> cameras)
{
    for (const auto &camera : cameras)
        camera->begin_stop();
    tell_alive();
    const auto begun = std::chrono::steady_clock::now() + CameraWatch::begin_patience;
    for (const auto &camera : cameras)
        camera->wait_begun(begun);
    tell_alive();
    const auto until = std::chrono::steady_clock::now() + stop_patience;
    bool are_stopped = true;
    for (auto &camera : cameras) {
        const bool is_down = camera->end_stop(until);
        tell_alive();
        if (is_down)
            continue;
        are_stopped = false;
        log_line(camera->config().name +
                 (camera->wait_begun(until)
                      ? ": does not stop in " + in_seconds(stop_patience)
                      : ": does not come up in " +
                            in_seconds(CameraWatch::begin_patience + stop_patience)) +
                 " and is left as it is");
        camera.release(); // threads of it go on
    }
    const auto clips_until = std::chrono::steady_clock::now() + clip_down_patience;
    for (const auto &camera : cameras) {
        if (camera == nullptr || camera->are_clips_down(clips_until))
            continue;
        are_stopped = false;
        log_line(camera->config().name + ": a clip's file hangs and is left as it is");
    }
    tell_alive();
    return are_stopped;
}

} // namespace fovea
