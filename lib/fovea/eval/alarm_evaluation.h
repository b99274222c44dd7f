// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fovea/decide/activity_stream.h"
#include "fovea/decide/alarm.h"
#include "fovea/decide/time_interval.h"
#include "fovea/eval/metrics.h"

namespace fovea {

/** \brief What happens in a video, and when */
struct AlarmTruth {
    int label = 0;     ///< class
    TimeInterval time; ///< s, from the video's start
};

/** \brief A video: what happens in it, and what was said of its windows */
struct WatchedVideo {
    std::string id;
    std::string set;     ///< of the list; empty: none
    double duration = 0; ///< s
    std::vector<AlarmTruth> events;
    std::vector<TimeInterval> ignored; ///< s; alarms there are neither right nor wrong
    std::vector<AlarmWindow> windows;  ///< by their starts
};

/**
 * \brief The windows of a video as models score them
 * \param head of one model, or mean_head() \param files a feature file of each model, in order
 * \return none where a file is missing, and the video's duration in *duration
 * \throw Error as read_feature_file, combined_rows, WindowScores
 */
std::optional<std::vector<AlarmWindow>> watched_windows(
    const std::shared_ptr<ActivityHead> &head, const WindowSettings &settings,
    const std::vector<std::filesystem::path> &files, double *duration);

/** \brief What a class does at one threshold, or all of them at theirs */
struct AlarmFigures {
    double threshold = 0; ///< on, of a class
    Share found;          ///< events in which an alarm of their class begins or goes on
    std::optional<double>
        seconds_until; ///< median, over those found, from the event's start until it is raised
    Rate false_alarms; ///< in the footage without events
    Share alarmed;     ///< videos without events that have an alarm
};

/** \brief Of the videos of one set, or of all */
struct AlarmCurves {
    std::string set; ///< empty: of all
    std::int64_t videos = 0;
    double hours = 0;                              ///< of all footage
    AlarmFigures together;                         ///< all classes as the rule says
    std::vector<int> classes;                      ///< those that alarm
    std::vector<AlarmFigures> as_ruled;            ///< by the same place: alone, as the rule says
    std::vector<std::vector<AlarmFigures>> sweeps; ///< likewise, at alarm_thresholds()
};

/** \brief An alarm where nothing happens, or an event without one */
struct AlarmMistake {
    enum class Kind { FalseAlarm, Missed };

    Kind kind = Kind::FalseAlarm;
    std::string video; ///< id
    std::string set;   ///< of the list; empty: none
    int label = 0;     ///< of the alarm, or the event
    TimeInterval time; ///< s, likewise
    double score =
        0; ///< the alarm's; of an event the highest that a window gives it, 0: none touches it
};

struct AlarmEvaluation {
    std::vector<std::string> labels;
    std::vector<AlarmCurves> curves;    ///< of all, then of each set
    std::vector<AlarmMistake> mistakes; ///< all classes as the rule says; by video, in their order
};

/** \brief 0.05 to 0.99 in steps of 0.01, then 0.995 and 0.999: networks' scores crowd at 1 */
std::vector<double> alarm_thresholds();

/**
 * \brief Replays the rule on the windows' scores, each class at every threshold
 *
 * At a threshold `off` keeps its share of `on`. An event is found by an alarm of its class that
 * touches it, or the two seconds behind its end: windows are as long. Alarms that touch no event (of
 * any class, those seconds included) and nothing ignored are false ones; the rest of the footage is
 * their time. \param rule with limits for the classes that alarm
 */
AlarmEvaluation evaluate_alarms(const std::vector<WatchedVideo> &videos,
                                const std::vector<std::string> &labels, const AlarmRule &rule);

/** \brief Whether there is footage without events, in which false alarms can be counted */
bool has_rate(const std::vector<AlarmFigures> &sweep);

/**
 * \brief The figures at the lowest threshold from which on the class makes no more false alarms an hour
 * than wanted; none where even the highest makes more, or nobody can tell: see has_rate()
 */
std::optional<AlarmFigures> at_rate(const std::vector<AlarmFigures> &sweep, double alarms_per_hour);

} // namespace fovea
