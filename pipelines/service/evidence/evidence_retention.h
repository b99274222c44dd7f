// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "fovea/core/time.h"
#include "fovea/store/events/event_store.h"
#include "service/watch_config.h"

namespace fovea {

constexpr std::uintmax_t least_free_bytes = 500'000'000; ///< below it no clip is begun
constexpr std::uintmax_t wished_free_bytes =
    600'000'000; ///< where less is free, the oldest evidence goes

/** \brief How much evidence the disk has room for. \param held of it \param available beside it, both in bytes */
std::uintmax_t room_for_evidence(std::uintmax_t held, std::uintmax_t available);

struct EvidenceFile {
    std::filesystem::file_time_type time;
    std::uintmax_t bytes = 0;
    std::filesystem::path path;
};

/** \brief All files in \a folder and below, the newest first */
std::vector<EvidenceFile> evidence_in(const std::filesystem::path &folder);

/** \brief Takes the oldest out of the list, newest first, so that the others have at most \a bytes; no parts of clips */
std::vector<std::filesystem::path> take_oldest(std::vector<EvidenceFile> *files,
                                               std::uintmax_t bytes);

/** \brief Parts of clips that a killed process left; to be removed before another begins */
std::vector<std::filesystem::path> unfinished(const std::filesystem::path &folder);

/** \brief Removes a file, and its folders up to \a top where they are empty then; whatever fails is left \return whether the file is gone */
bool remove_evidence(const std::filesystem::path &file, const std::filesystem::path &top);

/** \brief What is too old or too much goes in steps: for what a month kept a disk takes minutes, and alarms would wait */
class Retention
{
public:
    /** \param store outlives this \param folder holds the evidence */
    Retention(EventStore *store, std::filesystem::path folder);

    /**
     * \brief Finds anew what is to go by the files alone: those older than `days`, and the oldest beyond `gigabytes` and the disk's room
     *
     * Files of more than a day ahead, as of a clock that was ahead, are the oldest: else all that comes after them would go first.
     * \param now UTC; none: no clock that can be trusted, nothing goes for its age and nothing is ahead
     */
    void look(const RecordingConfig &recording, std::optional<Nanoseconds> now);

    /** \brief Removes files for so long, and one at least; needs no store */
    void remove_files(std::chrono::milliseconds at_most);

    /**
     * \brief Once no files are to go: asks the store for more, of alarms older than `days`; behind those forgets for so long what it has of them
     * \param cameras of others nothing to learn from is kept, `days` behind the last that there is of one
     * \throw DatabaseError as the store; what is to go by it waits for the next look then
     */
    void go_on_in_store(std::chrono::milliseconds at_most, const std::vector<std::string> &cameras);

    bool has_files() const { return !going_.empty(); } ///< that are to go

    /** \brief Whether nothing is left to go */
    bool is_done() const { return going_.empty() && !asks_ && !before_ && !others_before_; }

    /** \return how many files went for want of room alone since this was asked */
    std::size_t take_gone_for_room() { return std::exchange(gone_for_room_, 0); }

    /** \return how many alarms were seen to lie in the future, and are kept from then on for `days`, since this was asked */
    std::int64_t take_ahead() { return std::exchange(ahead_, 0); }

private:
    struct Going {
        std::filesystem::path file;
        bool is_for_room = false;
    };

    struct Asking {
        Nanoseconds now;    ///< UTC, as below
        Nanoseconds oldest; ///< that stays
    };

    EventStore *store_;
    std::filesystem::path folder_;
    std::deque<Going> going_;
    std::optional<Asking> asks_;        ///< the store, for files
    std::optional<Nanoseconds> before_; ///< UTC: what the store has of it goes behind the files
    std::optional<Nanoseconds> others_before_; ///< UTC: what there is of other cameras goes
    std::size_t gone_for_room_ = 0;
    std::int64_t ahead_ = 0;
};

} // namespace fovea
