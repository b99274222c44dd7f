#pragma once

#include <cstdint>
#include <map>
#include <vector>

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

    /**
     * \brief Placements of the next frame, possibly none or several
     * \param index number of the frame since the start or the last restart, from 0
     * \param time stream time of the frame
     */
    virtual std::vector<Placement> place(std::int64_t index, Nanoseconds time) = 0;

    /** \brief The stream jumped: what was begun is abandoned, numbering of timesteps goes on */
    virtual void restart() = 0;
};

/** \brief A plan made from a surveyed video */
class PlannedSchedule final : public ClipSchedule
{
public:
    explicit PlannedSchedule(const SamplingPlan &plan);

    int length() const override { return length_; }

    std::vector<Placement> place(std::int64_t index, Nanoseconds time) override;

    void restart() override {}

private:
    std::multimap<std::int64_t, Placement> by_frame_;
    int length_;
};

/**
 * \brief `sampling=every`: a timestep each so many milliseconds, from time stamps alone
 *
 * Frame ticks are frame_interval apart (0: consecutive frames). A frame serves a tick when it is
 * the first at or after the tick less half a frame; a camera slower than the ticks serves several
 * with one frame. Timesteps begin every timestep_interval.
 */
class StreamSchedule final : public ClipSchedule
{
public:
    struct Options {
        int length = 8;                                                     ///< frames a timestep
        Nanoseconds frame_interval = 0;                                     ///< 0: consecutive
        Nanoseconds timestep_interval = 1000 * nanoseconds_per_millisecond; ///< start to start
    };

    /** \throw Error Settings when length < 1 or timestep_interval < 1 or an interval < 0 */
    explicit StreamSchedule(const Options &options);

    int length() const override { return options_.length; }

    std::vector<Placement> place(std::int64_t index, Nanoseconds time) override;
    void restart() override;

private:
    struct Open {
        std::int64_t timestep;
        Nanoseconds start;
        int filled;
    };

    Options options_;
    std::vector<Open> open_;
    std::int64_t next_timestep_ = 0;
    Nanoseconds next_start_ = -1; ///< -1: with the next frame
    Nanoseconds previous_ = -1;   ///< time of the previous frame
};

} // namespace fovea
