// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "fovea/core/json.h"
#include "fovea/publish/publisher.h"
#include "fovea/store/events/event_store.h"
#include "service/camera_events.h"
#include "service/store_writes.h"
#include "service/watch_config.h"

namespace fovea {

/** \brief One line a happening on standard error, with its time, for a journal */
void log_line(const std::string &what);

/** \brief A receiver as logs may name it: what stands behind a network's host may be secret */
std::string printed_uri(const std::string &uri);

/** \brief What happens at the cameras, told to whom it concerns: the database and the receivers */
class EventLog
{
public:
    static constexpr std::size_t most_waiting =
        10'000; ///< alarms, and ups and downs, that wait for the database: some MB
    static constexpr std::chrono::milliseconds write_at_most{
        500}; ///< alarms, the page and the watchdog wait as long

    /**
     * \param labels that may raise alarms, with their places in the model's
     * \throw Error when the database or a receiver cannot be used
     */
    EventLog(const WatchConfig &config, std::map<std::string, int> labels);

    /** \brief A camera is known before its first alarm, or is none of the configuration any more */
    void announce(const std::string &camera, bool is_gone = false);

    /** \brief A new alarm. \return it, for what follows; its id in the database where that took it at once */
    std::int64_t begin(const std::string &camera, const AlarmNews &news);

    /** \brief What receivers get of it, but for the line's own id; \a alarm as begin() returned it */
    Json line(std::int64_t alarm, const std::string &camera, const AlarmNews &news) const;

    /** \brief It gets stronger or ends; \a alarm as begin() returned it */
    void change(std::int64_t alarm, const std::string &camera, const AlarmNews &news);

    /** \brief As change(), for the database alone: it goes on */
    void keep(std::int64_t alarm, const std::string &camera, const AlarmNews &news);

    void camera(const std::string &camera, const CameraNews &news);
    void evidence(std::int64_t alarm, const std::string &file);

    /** \return the id in the database of an alarm as begin() returned it; 0: it is not there yet */
    std::int64_t stored_id(std::int64_t alarm) const;

    /** \brief What the database did not take when it happened is tried again, as by all that happens: for so long, one at least */
    void write_waiting(std::chrono::milliseconds at_most = write_at_most);

    /** \brief As write_waiting(), at once and all of it: nothing comes after it */
    void write_last();

    EventStore &store() { return store_; }

    /** \brief Why what happened is not in the store yet; empty: it is */
    std::string unkept() const;

    /** \brief What else is written to the database goes through it */
    StoreWrites &writes() { return writes_; }

    const StoreWrites &writes() const { return writes_; }

    std::uint64_t alarms() const { return alarms_; } ///< that began since the start

    std::vector<std::pair<std::string, PublisherCounts>> receivers() const;

private:
    /** \brief By what a receiver finds an alarm in the store */
    struct KeptAlarm {
        std::string run;     ///< of which its number is
        std::int64_t id = 0; ///< in the store; 0: it is not there yet
    };

    StoredAlarm stored(const std::string &camera, const AlarmNews &news) const;
    void end_interrupted(const WatchConfig &config);
    static Json line(const KeptAlarm &kept, const std::string &camera, const AlarmNews &news);
    void publish_alarm(const std::string &camera, const AlarmNews &news, const KeptAlarm &kept,
                       std::string id = "");
    void publish(Message message, Json line);
    void write(std::chrono::milliseconds at_most);
    void write_now();
    bool is_behind() const;
    void tell_kept();
    void bound();

    std::map<std::string, int> labels_;
    std::string run_; ///< id of this start
    std::uint64_t messages_ = 0;
    std::uint64_t alarms_ = 0;
    EventStore store_;
    StoreWrites writes_;
    std::int64_t last_begun_ = std::numeric_limits<std::int64_t>::min(); ///< before it has an id
    std::map<std::int64_t, std::int64_t> ids_;    ///< of alarms that the database took late
    std::map<std::int64_t, StoredAlarm> changed_; ///< that are to be written; below 0: to be added
    std::deque<std::pair<std::int64_t, std::string>> evidence_; ///< that is to be written
    std::deque<CameraChange> camera_changes_;                   ///< that are to be written
    bool is_losing_ = false;        ///< the oldest of what waits, which is told
    std::set<std::string> failing_; ///< receivers, which is told
    std::vector<std::pair<std::string, std::unique_ptr<Publisher>>>
        receivers_; ///< by URI, without secrets
};

} // namespace fovea
