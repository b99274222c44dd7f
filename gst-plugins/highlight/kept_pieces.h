// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

#include "fovea/core/time.h"

namespace fovea {

/** \brief A piece of the stream that is kept, and where it begins in the output */
struct KeptPiece {
    TimeSpan in; ///< from the start of its first frame to the end of its last
    Nanoseconds out = 0;
};

/**
 * \brief What is kept so far, piece by piece, without gaps in the output
 *
 * The video's thread writes, the sound's waits and reads.
 */
class KeptPieces
{
public:
    /** \brief The next frame is kept \return its time in the output */
    Nanoseconds keep(const TimeSpan &frame);

    /** \brief The next frame is not \return the piece that thereby ended, if one did */
    std::optional<KeptPiece> drop(const TimeSpan &frame);

    /** \brief Another video follows \return the piece that thereby ended, if one did */
    std::optional<KeptPiece> cut();

    /** \brief Nothing follows \return the piece that thereby ended, if one did */
    std::optional<KeptPiece> end();

    /** \brief Wakes those that wait; until restart() nothing is taken in */
    void stop();

    /** \brief Back to the state before the first frame */
    void restart();

    /**
     * \brief Until it is known what is kept before \a time, or `keep_waiting` says no
     * \return false when told to stop
     */
    template <typename Condition>
    bool wait_until(Nanoseconds time, Condition &&keep_waiting)
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return known_ >= time || stopped_ || !keep_waiting(); });
        return !stopped_ && keep_waiting();
    }

    /** \brief Those who wait look at their condition again */
    void wake();

    /** \brief Pieces with something of \a span, in order; those before it are forgotten */
    std::vector<KeptPiece> overlapping(const TimeSpan &span);

    /** \brief Where the output ends so far */
    Nanoseconds length() const;

private:
    std::optional<KeptPiece> close_at(Nanoseconds known);
    std::optional<KeptPiece> close();

    mutable std::mutex mutex_; ///< guards what follows
    std::condition_variable changed_;
    std::deque<KeptPiece> pieces_;
    bool open_ = false; ///< the last piece goes on
    bool stopped_ = false;
    Nanoseconds known_ = 0; ///< what is before this is decided
    Nanoseconds length_ = 0;
};

} // namespace fovea
