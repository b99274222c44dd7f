// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "fovea/core/frame_clock.h"
#include "fovea/core/time.h"
#include "fovea/video/sampling_plan.h"

namespace fovea {

/** \brief Where one frame goes: slot \a slot of timestep \a timestep */
struct Placement {
    std::int64_t timestep = 0;
    int slot = 0;
};

/** \brief Says, frame by frame, which timesteps a frame belongs to */
class ClipSchedule
{
public:
    virtual ~ClipSchedule() = default;

    /** \brief Frames a timestep */
    virtual int length() const = 0;

    /** \brief Whether a frame at \a time lies beyond a jump: place() then restarts by itself */
    virtual bool is_jump(Nanoseconds time) const = 0;

    /**
     * \brief Placements of the next frame: none, one or several
     * \param time stream time of the frame, in [0, longest_time]
     * \param duration of the frame; 0 when not known
     */
    virtual std::vector<Placement> place(Nanoseconds time, Nanoseconds duration) = 0;

    /** \brief The stream jumped: what was begun is abandoned; numbers of timesteps go on */
    virtual void restart() = 0;
};

/** \brief A plan made from a surveyed video; frames are counted from the first one placed */
class PlannedSchedule final : public ClipSchedule
{
public:
    /** \throw Error Settings when the plan has no timestep or timesteps of different length */
    explicit PlannedSchedule(const SamplingPlan &plan);

    int length() const override { return length_; }

    /** \brief Never: frames are counted, their stamps do not matter */
    bool is_jump(Nanoseconds) const override { return false; }

    std::vector<Placement> place(Nanoseconds time, Nanoseconds duration) override;

    /** \brief Nothing: a plan holds for the whole file, past a damaged stretch too */
    void restart() override {}

private:
    std::multimap<std::int64_t, Placement> by_frame_;
    int length_ = 0;
    std::int64_t next_frame_ = 0;
};

/**
 * \brief `sampling=every`: a timestep each so many milliseconds, from time stamps alone
 *
 * Frames are taken at ticks, frame_interval apart (0: every frame is a tick, of which a timestep takes each
 * stride-th). A tick takes the
 * first frame at or after it, less half a frame, so that jitter does not skip one; a camera slower
 * than the ticks serves several with one frame. Timesteps may overlap. A step of more than a
 * timestep's length, or back in time, is a jump: no timestep spans it. A frame out of order is passed
 * over. Work and memory of a frame are bounded by the length, whatever its stamp.
 */
class StreamSchedule final : public ClipSchedule
{
public:
    struct Options {
        int length = 8;                                                     ///< frames a timestep
        Nanoseconds frame_interval = 0;                                     ///< from tick to tick
        Nanoseconds timestep_interval = 1000 * nanoseconds_per_millisecond; ///< start to start
        bool back_to_back = false; ///< a timestep begins where the one before is full instead
        int stride = 1; ///< without a frame_interval: frames from one of a timestep to the next
    };

    /** \throw Error Settings when length, stride or timestep_interval is < 1 or frame_interval < 0 */
    explicit StreamSchedule(const Options &options);

    int length() const override { return options_.length; }

    bool is_jump(Nanoseconds time) const override;
    std::vector<Placement> place(Nanoseconds time, Nanoseconds duration) override;
    void restart() override;

private:
    struct Open {
        std::int64_t timestep = 0;
        int filled = 0;
        int wait = 0; ///< frames that it leaves out before its next
    };

    Nanoseconds longest_step() const;
    Nanoseconds half_of(Nanoseconds duration) const;
    bool begins_timestep(Nanoseconds reached) const;

    Options options_;
    FrameClock clock_;
    std::vector<Open> open_;
    Nanoseconds start_ = 0; ///< time of the first frame
    std::int64_t next_tick_ = 0;
    std::int64_t next_begin_ = 0; ///< timestep intervals from start_ to where the next one begins
    std::int64_t next_timestep_ = 0;
};

} // namespace fovea
