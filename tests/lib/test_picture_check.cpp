// SPDX-License-Identifier: MIT
#include <algorithm>
#include <functional>
#include <vector>

#include <gtest/gtest.h>

#include "fovea/core/random.h"
#include "fovea/video/picture_check.h"

namespace fovea {
namespace {

constexpr int width = 96;
constexpr int height = 72;

using Pixels = std::vector<std::uint8_t>;
using Level = std::function<int(int x, int y)>;

Pixels painted(const Level &level)
{
    Pixels pixels;
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            pixels.push_back(static_cast<std::uint8_t>(std::clamp(level(x, y), 0, 255)));
    return pixels;
}

/** \brief A room: blocks of a brightness each, with edges in them */
Pixels scene(std::uint64_t seed, int light = 0)
{
    std::vector<int> blocks;
    Random random(seed);
    for (int i = 0; i < 16 * 12; ++i)
        blocks.push_back(60 + static_cast<int>(random.below(120)));
    return painted(
        [&](int x, int y) { return blocks[static_cast<std::size_t>(y / 6 * 16 + x / 6)] + light; });
}

class PictureCheckTest : public testing::Test
{
protected:
    /** \brief Shows it for so many seconds, two looks each. \return what it says of the last frame */
    PictureState show(const Pixels &pixels, double seconds, bool damaged = false)
    {
        FrameView view;
        view.format = PixelFormat::GRAY8;
        view.width = width;
        view.height = height;
        view.planes[0] = pixels.data();
        view.strides[0] = width;
        for (double passed = 0; passed < seconds; passed += 0.1) {
            check_.count(damaged);
            if (check_.is_due(time_))
                check_.look(view, time_);
            time_ += nanoseconds_per_second / 10;
        }
        return check_.now();
    }

    PictureCheck check_;
    Nanoseconds time_ = 0;
};

TEST_F(PictureCheckTest, ASceneIsGoodAlsoInOtherLight)
{
    EXPECT_EQ(show(scene(1), 20), PictureState::Good);
    EXPECT_EQ(show(scene(1, -40), 5), PictureState::Good) << "a lamp went out";
    EXPECT_EQ(show(scene(1, 50), 5), PictureState::Good);
    EXPECT_EQ(check_.told(), PictureState::Good);
}

TEST_F(PictureCheckTest, BlackIsFlaggedAtOnceAndToldAfterTwoSeconds)
{
    show(scene(1), 20);
    const Pixels black = painted([](int x, int) { return 16 + x % 5; });
    EXPECT_EQ(show(black, 1), PictureState::Black);
    EXPECT_EQ(check_.told(), PictureState::Good);
    show(black, 2);
    EXPECT_EQ(check_.told(), PictureState::Black);
    EXPECT_EQ(show(scene(1), 0.6), PictureState::Good);
    EXPECT_EQ(check_.told(), PictureState::Black);
    show(scene(1), 2.1);
    EXPECT_EQ(check_.told(), PictureState::Good);
}

TEST_F(PictureCheckTest, ALampInTheDarkIsNotBlack)
{
    EXPECT_EQ(show(painted([](int x, int y) { return x < 12 && y < 12 ? 200 : 16; }), 5),
              PictureState::Good);
}

TEST_F(PictureCheckTest, AFlatPictureIsCoveredAlsoFromTheStart)
{
    EXPECT_EQ(show(painted([](int x, int) { return 90 + x / 16; }), 5), PictureState::Covered);
    EXPECT_EQ(check_.told(), PictureState::Covered);
}

TEST_F(PictureCheckTest, AHandBeforeTheLensIsCovered)
{
    show(scene(1), 20);
    EXPECT_EQ(show(painted([](int x, int y) { return 40 + x / 2 + y; }), 5), PictureState::Covered)
        << "no detail, though bright and dark";
}

TEST_F(PictureCheckTest, AnotherSceneIsTurnedForAMinuteAndThenTheView)
{
    show(scene(1), 20);
    EXPECT_EQ(show(scene(2), 3), PictureState::Turned);
    EXPECT_EQ(check_.told(), PictureState::Turned);
    EXPECT_EQ(show(scene(2), 55), PictureState::Turned);
    EXPECT_EQ(show(scene(2), 5), PictureState::Good);
    EXPECT_EQ(check_.told(), PictureState::Good);
    show(scene(2), 20);
    EXPECT_EQ(show(scene(1), 3), PictureState::Turned) << "back is another view again";
}

TEST_F(PictureCheckTest, BackInTimeItIsGoodAgain)
{
    show(scene(1), 20);
    show(scene(2), 10);
    show(scene(1), 3);
    EXPECT_EQ(check_.told(), PictureState::Good);
}

TEST_F(PictureCheckTest, WhatAlwaysMovesIsNeverTurned)
{
    for (std::uint64_t seed = 1; seed < 60; ++seed)
        ASSERT_EQ(show(scene(seed), 0.5), PictureState::Good) << seed;
}

TEST_F(PictureCheckTest, WhoWalksThroughHalfOfItTurnsNothing)
{
    show(scene(1), 20);
    const Pixels room = scene(1);
    const Pixels crowd = scene(2);
    EXPECT_EQ(show(painted([&](int x, int y) {
                       const auto at = static_cast<std::size_t>(y * width + x);
                       return x < width / 2 ? crowd[at] : room[at];
                   }),
                   5),
              PictureState::Good);
}

TEST_F(PictureCheckTest, FramesThatTheDecoderCallsDamagedAreGarbage)
{
    show(scene(1), 5);
    EXPECT_EQ(show(scene(1), 3.5, /*damaged=*/true), PictureState::Garbage);
    EXPECT_EQ(check_.told(), PictureState::Garbage);
    show(scene(1), 4);
    EXPECT_EQ(check_.told(), PictureState::Good);
}

TEST_F(PictureCheckTest, AConnectionLaterTheViewIsStillKnown)
{
    show(scene(1), 20);
    check_.reconnect();
    time_ = 0;
    EXPECT_EQ(show(scene(2), 3), PictureState::Turned);
}

TEST(PictureCheck, AnySizeAndFormatIsRead)
{
    for (const PixelFormat format :
         {PixelFormat::GRAY8, PixelFormat::YUY2, PixelFormat::RGB, PixelFormat::BGRA})
        for (const ImageSize size : {ImageSize{1, 1}, ImageSize{7, 5}, ImageSize{1920, 8}}) {
            const std::vector<std::uint8_t> bytes(
                static_cast<std::size_t>(4 * size.width * size.height), 16);
            FrameView view;
            view.format = format;
            view.width = size.width;
            view.height = size.height;
            view.planes[0] = bytes.data();
            view.strides[0] = 4 * size.width;
            PictureCheck check;
            check.look(view, 0);
            EXPECT_EQ(check.now(), PictureState::Black);
        }
}

} // namespace
} // namespace fovea
