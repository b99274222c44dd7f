// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "fovea/core/names.h"
#include "fovea/core/time.h"
#include "fovea/video/clip_schedule.h"

namespace fovea {

/** \brief What becomes of frames at the end that do not fill a timestep */
enum class Tail {
    Align, ///< one more timestep, made of the last frames taken: it overlaps the one before
    Pad,   ///< a timestep at least half full is filled up with the last frame
    Drop
};

constexpr Named<Tail> tails[] = {
    {Tail::Align, "align", "One more timestep, made of the last frames"},
    {Tail::Pad, "pad", "A timestep at least half full repeats the last frame"},
    {Tail::Drop, "drop", "Frames that fill no timestep are not looked at"}};

/**
 * \brief Gathers frames into the clips of a schedule
 *
 * \tparam Frame a cheap handle of a frame: it is copied into every timestep it belongs to.
 * Memory: the frames of the timesteps that are open, and of one clip for Tail::Align.
 */
template <typename Frame>
class ClipAssembler
{
public:
    struct Clip {
        std::int64_t timestep = 0;
        std::vector<Frame> frames; ///< [length]
        bool after_jump = false;   ///< the stream jumped between the clip before and this one
    };

    ClipAssembler(std::unique_ptr<ClipSchedule> schedule, Tail tail)
        : schedule_(std::move(schedule)), tail_(tail)
    {
    }

    /** \return the clips that \a frame completes, in order of timestep */
    std::vector<Clip> push(const Frame &frame, Nanoseconds time, Nanoseconds duration)
    {
        if (schedule_->is_jump(time))
            restart();
        const std::vector<Placement> placements = schedule_->place(time, duration);
        std::vector<Clip> complete;
        std::int64_t previous = -1;
        for (const auto &[timestep, slot] : placements) {
            if (previous < 0 || timestep <= previous) // placements of one tick ascend
                remember(frame);
            previous = timestep;

            const auto open = open_.try_emplace(timestep).first;
            open->second.emplace(slot, frame);
            if (open->second.size() == length()) {
                complete.push_back(close(open));
                pending_ = false;
            }
        }
        if (tail_ == Tail::Align &&
            !complete.empty()) // a slow video's frame is many ticks: all seen
            pending_ = false;
        return complete;
    }

    /** \brief End of stream: what the tail policy makes of the frames left */
    std::vector<Clip> finish()
    {
        std::vector<Clip> rest;
        if (pending_ && tail_ == Tail::Align && recent_.size() == length()) {
            rest.push_back(
                {next_timestep_, {recent_.begin(), recent_.end()}, std::exchange(jumped_, false)});
        } else if (pending_ && tail_ != Tail::Drop) {
            while (!open_.empty()) {
                const bool half_full = 2 * open_.begin()->second.size() >= length();
                if (half_full || next_timestep_ == 0) // a short video still gets its one timestep
                    rest.push_back(close(open_.begin()));
                else
                    open_.erase(open_.begin());
            }
        }
        restart();
        return rest;
    }

    /** \brief The stream jumped or was flushed: begun clips are abandoned */
    void restart()
    {
        open_.clear();
        recent_.clear();
        pending_ = false;
        jumped_ = next_timestep_ > 0;
        schedule_->restart();
    }

private:
    using Slots = std::map<int, Frame>; ///< by slot; a timestep is complete when none is missing

    std::size_t length() const { return static_cast<std::size_t>(schedule_->length()); }

    void remember(const Frame &frame)
    {
        last_ = frame;
        pending_ = true;
        if (tail_ != Tail::Align)
            return;
        recent_.push_back(frame);
        if (recent_.size() > length())
            recent_.pop_front();
    }

    Clip close(typename std::map<std::int64_t, Slots>::iterator open)
    {
        Clip clip{open->first, std::vector<Frame>(length(), last_), std::exchange(jumped_, false)};
        for (auto &[slot, frame] : open->second)
            clip.frames[static_cast<std::size_t>(slot)] = std::move(frame);
        next_timestep_ = open->first + 1;
        open_.erase(open);
        return clip;
    }

    std::unique_ptr<ClipSchedule> schedule_;
    Tail tail_;
    std::map<std::int64_t, Slots> open_; ///< by timestep
    std::deque<Frame> recent_;           ///< frames of the last ticks, for Tail::Align
    Frame last_ = {};
    bool pending_ = false; ///< a frame was taken since the last complete timestep
    bool jumped_ = false;  ///< the stream did since the last complete timestep
    std::int64_t next_timestep_ = 0;
};

} // namespace fovea
