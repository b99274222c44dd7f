// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "fovea/store/events/window_store.h"
#include "service/camera_events.h"
#include "service/watch_config.h"
#include "service/watched_time.h"

namespace fovea {

/**
 * \brief Which windows of cameras are kept to learn from: those of alarms, and a sample of quiet time
 *
 * A window waits until it is known that no alarm is near: within 10 s of one nothing counts as quiet.
 */
class WindowKeeper
{
public:
    /** \param store outlives it */
    explicit WindowKeeper(WindowStore *store) : store_(store) {}

    /** \brief A camera is watched with a model: once before its windows, and when that changes. Writes nothing */
    void begin(const std::string &camera, const std::string &model, const std::string &weights);

    /** \brief Writes it, and forgets what was kept with other weights; as all below does where it was not written yet */
    void make_known(const std::string &camera) { make_known(camera, &cameras_.at(camera)); }

    /** \param window with its rows */
    void take(const std::string &camera, const WindowNews &window);

    /** \brief An alarm lasts so long by now: near it nothing is quiet. Writes nothing */
    void mark_near(const std::string &camera, TimeSpan time);

    /** \brief Keeps the windows of the alarm \a id of the store, which were taken before; near it mark_near() marks */
    void alarm(const std::string &camera, std::int64_t id, TimeSpan time);

private:
    struct Waiting {
        WindowNews window;
        std::vector<std::int64_t> alarms; ///< that it is kept for already
        bool is_near = false;             ///< an alarm
    };

    struct Camera {
        std::string model;
        std::string weights;
        bool is_in_store = false; ///< not where there was no room when it began
        std::deque<Waiting> waiting;
        std::optional<Nanoseconds> last_alarm_end;
        WatchedTime watched;
    };

    void make_known(const std::string &camera, Camera *known);
    void settle(const std::string &camera, Camera *known);

    WindowStore *store_;
    std::map<std::string, Camera> cameras_;
};

/** \brief Logs what was learned of cameras that the configuration has no more. \throw DatabaseError as EventReader */
void tell_left_behind(const WatchConfig &config);

} // namespace fovea
