// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "fovea/store/database.h"
#include "fovea/store/events/event.h"
#include "fovea/store/events/evidence_paths.h"

namespace fovea {

/** \brief Looks events up, beside a writer and other readers; each belongs to one thread at a time */
class EventReader
{
public:
    /** \throw DatabaseError naming the file: not there, no event store, or of a newer schema */
    explicit EventReader(const std::filesystem::path &file);

    /** \brief Newest begin first */
    std::vector<StoredAlarm> alarms(const AlarmQuery &query);

    /** \brief How many there are; `limit` does not count */
    std::int64_t count(const AlarmQuery &query);

    /** \brief None: it is not there, or not any more */
    std::optional<StoredAlarm> alarm(std::int64_t id);

    /** \brief Those that go on, or that an interrupted run left open; oldest first */
    std::vector<StoredAlarm> open_alarms();

    /** \brief The last change of each camera, by its name */
    std::vector<CameraChange> cameras();

private:
    StoredAlarm alarm_at(const Statement &row);

    Database database_;
    EvidencePaths paths_;
    Statement evidence_;
};

/**
 * \brief That an EventStore can be opened there, without a change to the file; one that is not there can be made
 * \throw DatabaseError as EventStore()
 */
void check_event_store(const std::filesystem::path &file);

/**
 * \brief The events of all cameras of one service: alarms, ups and downs, verdicts
 *
 * SQLite in WAL mode: a process that is killed leaves the file whole, with all that was written. Calls by
 * any thread take turns; a service makes one store and lets its HTTP handlers read with an EventReader a thread, which
 * waits for no writer.
 */
class EventStore
{
public:
    static constexpr Nanoseconds is_ahead_by =
        86400 * nanoseconds_per_second; ///< behind now, of a clock that was ahead

    /** \brief Opens, and makes what is not there. \throw DatabaseError naming the file, of a newer schema for example */
    explicit EventStore(const std::filesystem::path &file);
    ~EventStore();
    EventStore(const EventStore &) = delete;
    EventStore &operator=(const EventStore &) = delete;

    /** \brief A new alarm with its evidence. \return its id. \throw DatabaseError CannotWrite, as all below */
    std::int64_t add_alarm(const StoredAlarm &alarm);

    /** \brief Sets end, score, box, best, persons and ended of the alarm \a alarm.id. \return false: it is not there */
    bool update_alarm(const StoredAlarm &alarm);

    /** \brief A path of evidence, once. \return false: the alarm is not there */
    bool add_evidence(std::int64_t alarm, const std::string &path);

    /** \brief None takes a verdict back. \return false: the alarm is not there */
    bool set_verdict(std::int64_t alarm, std::optional<Verdict> verdict, Nanoseconds utc);

    void add_camera_change(const CameraChange &change);

    /** \brief Marks alarms that an interrupted run left open as ended. \return how many */
    std::int64_t end_interrupted();

    /**
     * \brief Alarms that end more than a day behind \a now, as of a clock that was ahead, are as old as this call here and below
     * \param now by a clock that can be trusted \return how many were not seen so before
     */
    std::int64_t notice_ahead(Nanoseconds now);

    /**
     * \brief Deletes alarms that ended before \a utc and camera changes before it but the last of each camera
     *
     * Alarms that were judged stay, without evidence: what people said is learned from.
     * \param most alarms at once: others wait as long \return whether none is left
     */
    bool remove_before(Nanoseconds utc, std::size_t most);

    /**
     * \brief Forgets what was kept of cameras but \a cameras to learn and to count from, where all of a camera's is of before \a utc
     * \param most windows at once \return whether none is left
     */
    bool forget_others(const std::vector<std::string> &cameras, Nanoseconds utc, std::size_t most);

    /** \brief Paths of evidence that no alarm has once remove_before() is called, to be removed first */
    std::vector<std::string> evidence_before(Nanoseconds utc);

private:
    struct Statements;

    std::mutex mutex_; ///< of all below
    Database database_;
    EvidencePaths paths_;
    std::unique_ptr<Statements> statements_;
    Nanoseconds ahead_ = longest_time; ///< UTC: what ends behind it is ahead
};

} // namespace fovea
