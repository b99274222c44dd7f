// SPDX-License-Identifier: MIT
#include <algorithm>
#include <memory>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "fovea/video/clip_assembler.h"
#include "time_units.h"

// Whatever the stamps of a stream: work is finite, clips hold frames that were there, in order and of
// one stretch, and the next labels come as soon as frames of a clip's length are there.

namespace {

using fovea::ClipAssembler;
using fovea::Nanoseconds;
using Options = fovea::StreamSchedule::Options;
using Clips = std::vector<ClipAssembler<int>::Clip>;

constexpr Nanoseconds frame = 40 * ms;
#ifdef __SANITIZE_ADDRESS__ // which takes tens of times as long
constexpr int sequences = 5'000;
#else
constexpr int sequences = 100'000;
#endif

/** \brief Stamps as files and cameras give them when they are wrong */
class Stamps
{
public:
    explicit Stamps(std::mt19937 *random) : random_(random) {}

    Nanoseconds next()
    {
        switch (below(12)) {
        case 0:
            return time_ += below(2) * frame; // equal, or as it should be
        case 1:
            return time_ += below(1500) * ms; // frames are missing
        case 2:
            return time_ = std::max<Nanoseconds>(0, time_ - below(1500) * ms); // out of order
        case 3:
            return time_ += below(40) * 3600 * second; // a jump ahead
        case 4:
            return time_ = 0; // a loop, or a clock set anew
        case 5:
            return below(20) == 0 ? time_ = below(1 << 30) * second : time_ += frame;
        default:
            return time_ += frame;
        }
    }

    Nanoseconds duration()
    {
        constexpr Nanoseconds of_one[] = {0, frame, frame, frame, 1, 1000 * second};
        return of_one[below(6)];
    }

    Nanoseconds time() const { return time_; }

    std::int64_t below(std::int64_t end) { return static_cast<std::int64_t>((*random_)()) % end; }

private:
    std::mt19937 *random_;
    Nanoseconds time_ = 0;
};

/** \brief A schedule fed with frames, and what must hold of each clip that comes out */
class Feed
{
public:
    explicit Feed(const Options &options)
        : options_(options),
          assembler_(std::make_unique<fovea::StreamSchedule>(options), fovea::Tail::Pad),
          schedule_(options)
    {
    }

    std::size_t push(Nanoseconds time, Nanoseconds duration)
    {
        times_.push_back(time);
        placed_ += schedule_.place(time, duration).size();
        const Clips clips = assembler_.push(static_cast<int>(times_.size()) - 1, time, duration);
        for (const auto &clip : clips)
            check(clip.frames);
        return clips.size();
    }

    void finish()
    {
        for (const auto &clip : assembler_.finish())
            check(clip.frames);
        // A frame serves at most the ticks of one and a half timesteps, each of all that are open.
        const auto length = static_cast<std::size_t>(options_.length);
        EXPECT_LE(placed_, times_.size() * (3 * length / 2 + 2) * (length + 1));
    }

private:
    void check(const std::vector<int> &frames) const
    {
        ASSERT_EQ(frames.size(), static_cast<std::size_t>(options_.length));
        for (std::size_t i = 1; i < frames.size(); ++i) {
            ASSERT_LE(frames[i - 1], frames[i]);
            const Nanoseconds step = time_of(frames[i]) - time_of(frames[i - 1]);
            ASSERT_GE(step, 0) << "a clip runs back in time";
            // A step of a length, behind a frame that served no tick, behind one that was taken early
            // by half its duration.
            if (options_.frame_interval > 0) {
                ASSERT_LE(step, (3 * options_.length / 2 + 1) * options_.frame_interval)
                    << "a clip spans a jump";
            }
        }
    }

    Nanoseconds time_of(int index) const { return times_[static_cast<std::size_t>(index)]; }

    Options options_;
    ClipAssembler<int> assembler_;
    fovea::StreamSchedule schedule_; ///< the same, for its placements
    std::vector<Nanoseconds> times_;
    std::size_t placed_ = 0;
};

/** \brief Frames at 25 a second from \a time on until a clip is complete \return their time */
Nanoseconds time_to_a_clip(Feed *feed, Nanoseconds time)
{
    for (Nanoseconds passed = 0; passed < 60 * second; passed += frame)
        if (feed->push(time + passed, frame) > 0)
            return passed + frame;
    return 60 * second;
}

void hold_for_random_sequences(const Options &options, unsigned seed)
{
    std::mt19937 random(seed);
    const bool ticks = options.frame_interval > 0;
    const Nanoseconds length = options.length * (ticks ? options.frame_interval : frame);
    const Nanoseconds to_the_next = options.back_to_back ? length : options.timestep_interval;
    for (int i = 0; i < sequences && !testing::Test::HasFailure(); ++i) {
        Feed feed(options);
        Stamps stamps(&random);
        for (std::int64_t frames = 4 + stamps.below(24); frames > 0; --frames)
            feed.push(stamps.next(), stamps.duration());
        if (i % 2 == 0) { // from a jump on a clip is complete after its own length
            EXPECT_LE(time_to_a_clip(&feed, stamps.time() + 1'000'000 * second), length + frame)
                << "sequence " << i;
        } else if (ticks) { // without one, after the wait for the next to begin
            EXPECT_LE(time_to_a_clip(&feed, stamps.time() + frame),
                      to_the_next + length + length / 4 + 2 * frame)
                << "sequence " << i;
        }
        feed.finish();
    }
}

TEST(StampSequences, AnyGiveFiniteWorkAndLabelsWithinOneClipAtACardsRate)
{
    const Nanoseconds tick = 133'333'333; // 7.5 a second
    hold_for_random_sequences({17, tick, 8 * tick}, 1);
}

TEST(StampSequences, AnyGiveFiniteWorkAndLabelsWithinOneClipOfConsecutiveFrames)
{
    hold_for_random_sequences({8, 0, 1000 * ms}, 2);
}

TEST(StampSequences, AnyGiveFiniteWorkAndLabelsWithinOneRowOfAStream)
{
    hold_for_random_sequences({4, 80 * ms, 1000 * ms, /*back_to_back=*/true}, 3);
}

} // namespace
