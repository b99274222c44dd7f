// SPDX-License-Identifier: MIT
#include <cstdint>
#include <memory>

#include <gtest/gtest.h>

#include "fovea/bundle/sha256.h"
#include "fovea/train/data/frame_cache.h"
#include "fovea/train/data/frame_file.h"
#include "made_videos.h"

namespace fovea {

namespace {

constexpr int shown_side = 64;

/** \brief 15 frames a second; from the fifth on a bright square stands beside where it stood. Nobody is there */
class SquareReader final : public VideoReader
{
public:
    Info info(const std::filesystem::path &) const override
    {
        return {{shown_side, shown_side}, 15, 6 / 15.0};
    }

    void read(const std::filesystem::path &, const KeptFrames &,
              const std::function<void(const FrameView &)> &frame) const override
    {
        GreyPicture picture(shown_side);
        for (int i = 0; i < 6; ++i)
            frame(picture.filled(60, i < 4 ? 0 : 16));
    }
};

class MotionInTraining : public testing::Test
{
protected:
    MotionInTraining()
    {
        card_.input.size = {shown_side, shown_side};
        card_.sampling = {Sampling::Sliding, 4, 1, 7.5, 2, 0};
        card_.regions.actor = true;
        settings_.folder = folder_.path() / "frames";
        clip_.path = folder_.write("one", "one");
    }

    std::shared_ptr<const FrameFile> open() const
    {
        return FrameCache(card_, settings_, std::make_shared<SquareReader>()).open(clip_);
    }

    TemporaryFolder folder_;
    ActivityCard card_;
    FrameCacheSettings settings_;
    ListedClip clip_;
};

} // namespace

TEST_F(MotionInTraining, StandsForAPersonWhereTheCardSaysSo)
{
    for (std::int64_t i = 0; i < 6; ++i)
        EXPECT_TRUE(open()->persons(i).empty()) << i;
    card_.actor.motion = 20;
    const auto video = open(); // another file: persons are kept beside the frames
    for (std::int64_t i = 0; i < 4; ++i)
        EXPECT_TRUE(video->persons(i).empty()) << i;
    ASSERT_EQ(video->persons(4).size(), 1U) << "every second frame is looked at, 2/15 s apart";
    const Box box = video->persons(4).front().box;
    EXPECT_NEAR(box.x, 0, 0.05) << "where it stood before is part of it";
    EXPECT_NEAR(box.width, 0.5, 0.05);
    EXPECT_NEAR(box.y, 0.5, 0.05);
    EXPECT_NEAR(box.height, 0.25, 0.05);
    EXPECT_TRUE(video->persons(5).empty()) << "of one look alone";
}

/** \brief As one that states a frame in 68 years */
class SlowReader final : public VideoReader
{
public:
    Info info(const std::filesystem::path &) const override
    {
        return {{shown_side, shown_side}, 1.0 / 2147483647, 0};
    }

    void read(const std::filesystem::path &video, const KeptFrames &kept,
              const std::function<void(const FrameView &)> &frame) const override
    {
        SquareReader().read(video, kept, frame);
    }
};

/* Their times are beyond what 64 bits of nanoseconds hold, of which the sanitizer tells */
TEST_F(MotionInTraining, IsNoneBetweenFramesOfWhichOneComesInALife)
{
    card_.actor.motion = 20;
    const auto video = FrameCache(card_, settings_, std::make_shared<SlowReader>()).open(clip_);
    ASSERT_EQ(video->frames(), 6);
    for (std::int64_t i = 0; i < 6; ++i)
        EXPECT_TRUE(video->persons(i).empty()) << i;
}

TEST_F(MotionInTraining, IsKeptUnderTheVersionOfWhatFindsIt)
{
    card_.actor.motion = 20;
    open();
    const auto changed = std::filesystem::last_write_time(clip_.path).time_since_epoch().count();
    const std::string key = std::filesystem::canonical(clip_.path).string() + "|" +
                            std::to_string(changed) + "|3|64x64|7.5|all|" + settings_.detector +
                            "|0.5|20|1";
    EXPECT_TRUE(std::filesystem::exists(settings_.folder /
                                        (sha256_of_text(key).substr(0, 32) + ".frames")));
}

} // namespace fovea
