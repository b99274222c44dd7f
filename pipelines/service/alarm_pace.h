// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "fovea/bundle/card_alarms.h"
#include "fovea/store/events/peak_store.h"
#include "service/camera_events.h"
#include "service/watch_config.h"
#include "service/watched_time.h"

namespace fovea {

/** \brief How many alarms a camera may give */
struct AlarmWish {
    double alarms_per_hour = 0;
    CardAlarms limits;   ///< by card and configuration: thresholds are never lower
    std::string setting; ///< what peaks depend on
};

/** \brief What the configuration wishes of a camera; none: nothing \throw Error when the model cannot be used */
std::optional<AlarmWish> alarm_wish(const WatchConfig &watch, const CameraConfig &camera,
                                    const std::string &head);

/**
 * \brief Raises thresholds of cameras until quiet time gives no more alarms than wished
 *
 * Quiet is all that is watched but what is near alarms that people called true. Counted are stretches of windows from
 * `on` to `off` of card and configuration, whether or not `on` is raised by now, those within a cool-down as one; see
 * thresholds_for(). What was seen holds for a day at least, for 30 days at most, and between them until a
 * hundred alarms are wished for in it.
 */
class AlarmPace
{
public:
    explicit AlarmPace(const std::filesystem::path &events) : store_(events) {}

    ~AlarmPace();
    AlarmPace(const AlarmPace &) = delete;
    AlarmPace &operator=(const AlarmPace &) = delete;

    /** \brief A camera's pipeline begins, with thresholds that are not raised; none: it is not looked after. flush() first */
    void begin(const std::string &camera, std::optional<AlarmWish> wish);

    void window(const std::string &camera, const WindowNews &news);
    void peak(const std::string &camera, const AlarmNews &news);

    /**
     * \brief Limits other than the camera has by now, told in the log; none: they stay
     * \param now ns since 1970; none: no clock that can be trusted, nothing is forgotten
     */
    std::optional<CardAlarms> look(const std::string &camera, std::optional<Nanoseconds> now);

    /** \brief What is counted in memory goes to the file */
    void flush();

private:
    struct Camera {
        bool is_in_store = false; ///< not where there was no room when it began
        AlarmWish wish;
        CardAlarms limits; ///< it has
        WatchedTime watched;
        double seconds = 0;       ///< not in the file yet
        Nanoseconds last_utc = 0; ///< of them
    };

    void make_known(const std::string &camera, Camera *known);
    CardAlarms wanted(const std::string &name, const AlarmWish &wish, double hours);

    PeakStore store_;
    std::map<std::string, Camera> cameras_;
};

} // namespace fovea
