// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "service/camera_watch.h"
#include "service/event_log.h"
#include "service/evidence/alarm_course.h"
#include "service/evidence/evidence_retention.h"
#include "service/settled_clock.h"

namespace fovea {

/** \brief Alarms that are not over, or whose clip is not whole: each is stored, told, and has evidence */
class OpenAlarms
{
public:
    using Find = std::function<CameraWatch *(const std::string &camera)>; ///< null: it is gone

    /** \param config may change what is recorded; it, \a log, \a clock and what \a find gives outlive this */
    OpenAlarms(const WatchConfig *config, EventLog *log, SettledClock *clock, Find find);

    /** \brief What was said of a window, before the alarm that it raises */
    void take_window(const std::string &camera, const WindowNews &window);

    /** \return the store's id, 0: it is not there yet; none: it began where nobody wanted alarms */
    std::optional<std::int64_t> take(const std::string &camera, const AlarmNews &news);

    /** \brief A clip is whole, or could not be written */
    void take_clip(const std::string &camera, const ClipNews &news);

    /** \brief The camera's pipeline ends: nobody will tell the end of what goes on */
    void end(const std::string &camera);

    std::filesystem::path evidence_folder() const;

    /** \brief Evidence that is too old, or too much, goes: what half a second removes, the rest by go_on_tidying() */
    void tidy();

    /** \brief To be called each second: what tidy() left goes on, for half a second */
    void go_on_tidying();

private:
    struct OpenAlarm {
        std::int64_t id = 0; ///< as EventLog::begin() returned it
        std::string camera;
        AlarmNews last;           ///< what was told of it, with a number of its own in this run
        std::uint64_t number = 0; ///< in its pipeline, whose numbers begin anew with each
        Nanoseconds kept_end = 0; ///< in the stream, as the store has it
        AlarmCourse course{""};
        std::uint64_t clip = 0;
        std::filesystem::path file; ///< of what is kept of it, without extension; empty: nothing is
        std::set<std::string>
            kept; ///< extensions of the files of it that are written, but for the clip
        Nanoseconds still_time = -1;     ///< the best moment that still is of
        std::vector<std::uint8_t> still; ///< JPEG
        bool is_over = false;
    };

    OpenAlarm begun(const std::string &camera, AlarmNews news);
    void take_still(OpenAlarm *alarm) const;
    void keep_still(OpenAlarm *alarm);
    void forget();
    bool has_room() const;
    bool makes_room();

    const WatchConfig *config_;
    EventLog *log_;
    SettledClock *clock_;
    Find find_;
    Retention retention_;
    std::optional<std::chrono::steady_clock::time_point> tidied_;
    std::uint64_t alarms_ = 0; ///< that began in this run, of all cameras
    std::vector<OpenAlarm> open_;
    std::map<std::string, std::deque<WindowNews>>
        recent_; ///< by camera, the oldest first, without rows
};

} // namespace fovea
