// SPDX-License-Identifier: MIT
#include "highlight/kept_pieces.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace fovea {

Nanoseconds KeptPieces::keep(const TimeSpan &frame)
{
    Nanoseconds out = 0;
    {
        const std::lock_guard lock(mutex_);
        if (stopped_)
            return length_;
        if (open_ && frame.start < pieces_.back().in.start)
            open_ = false; // the stream jumped back
        if (!std::exchange(open_, true))
            pieces_.push_back({{frame.start, frame.start}, length_});
        KeptPiece &piece = pieces_.back();
        out = piece.out + (frame.start - piece.in.start);
        piece.in.end = std::max(piece.in.end, frame.end);
        // a frame may state a duration of a century, and the stream jump back from it again and again
        const Nanoseconds lasts = std::min(piece.in.end - piece.in.start, longest_time);
        length_ = std::min(piece.out + lasts, longest_time);
        known_ = frame.end;
    }
    changed_.notify_all();
    return out;
}

std::optional<KeptPiece> KeptPieces::drop(const TimeSpan &frame)
{
    return close_at(frame.end);
}

std::optional<KeptPiece> KeptPieces::cut()
{
    const std::lock_guard lock(mutex_);
    return stopped_ ? std::nullopt : close();
}

std::optional<KeptPiece> KeptPieces::end()
{
    return close_at(std::numeric_limits<Nanoseconds>::max());
}

void KeptPieces::stop()
{
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
    }
    changed_.notify_all();
}

void KeptPieces::restart()
{
    const std::lock_guard lock(mutex_);
    pieces_.clear();
    open_ = false;
    stopped_ = false;
    known_ = 0;
    length_ = 0;
}

void KeptPieces::wake()
{
    {
        const std::lock_guard lock(mutex_); // not between a waiter's look and its sleep
    }
    changed_.notify_all();
}

std::vector<KeptPiece> KeptPieces::overlapping(const TimeSpan &span)
{
    const std::lock_guard lock(mutex_);
    while (pieces_.size() > 1 && pieces_.front().in.end <= span.start)
        pieces_.pop_front();
    std::vector<KeptPiece> found;
    for (const KeptPiece &piece : pieces_)
        if (piece.in.start < span.end && piece.in.end > span.start)
            found.push_back(piece);
    return found;
}

Nanoseconds KeptPieces::length() const
{
    const std::lock_guard lock(mutex_);
    return length_;
}

std::optional<KeptPiece> KeptPieces::close_at(Nanoseconds known)
{
    std::optional<KeptPiece> ended;
    {
        const std::lock_guard lock(mutex_);
        if (stopped_)
            return {};
        ended = close();
        known_ = known;
    }
    changed_.notify_all();
    return ended;
}

/* With the mutex held */
std::optional<KeptPiece> KeptPieces::close()
{
    if (!std::exchange(open_, false))
        return {};
    return pieces_.back();
}

} // namespace fovea
