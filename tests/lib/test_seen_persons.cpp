// SPDX-License-Identifier: MIT
#include <functional>

#include <gtest/gtest.h>

#include "fovea/detect/seen_persons.h"

namespace {

using fovea::Box;
using fovea::MotionFrame;
using fovea::Person;
using fovea::PersonsSeen;

constexpr int clip_frames = 16;
constexpr float clip_aspect = 2; // frames are twice as wide as high

using Path = std::function<Box(int frame)>;

/** \brief A clip of persons who are where the paths say; ids from 0 */
std::vector<MotionFrame> clip_of(const std::vector<Path> &paths, int seen_in = clip_frames)
{
    std::vector<MotionFrame> clip(clip_frames);
    for (int t = 0; t < clip_frames; ++t) {
        clip[static_cast<std::size_t>(t)].time = t * 133'000'000LL;
        for (std::size_t id = 0; id < paths.size() && t < seen_in; ++id)
            clip[static_cast<std::size_t>(t)].persons.push_back(
                Person{paths[id](t), 0.9F, static_cast<int>(id)});
    }
    return clip;
}

Path standing(Box box)
{
    return [box](int /*frame*/) { return box; };
}

TEST(SeenPersons, OfNobodyThereIsNothing)
{
    const PersonsSeen seen = fovea::seen_persons(clip_of({}), clip_aspect);
    EXPECT_EQ(seen.followed, 0);
    EXPECT_FALSE(seen.two_touch);
    EXPECT_FALSE(seen.goes_down);
    EXPECT_EQ(seen.largest, 0);
}

TEST(SeenPersons, WhoIsSeenInAQuarterOfTheFramesIsFollowed)
{
    const Box box = {0.4F, 0.2F, 0.1F, 0.5F};
    EXPECT_EQ(fovea::seen_persons(clip_of({standing(box)}, 4), clip_aspect).followed, 1);
    EXPECT_EQ(fovea::seen_persons(clip_of({standing(box)}, 3), clip_aspect).followed, 0);
}

TEST(SeenPersons, TheLargestIsOfTheFramesSides)
{
    const PersonsSeen seen = fovea::seen_persons(
        clip_of({standing({0, 0, 0.1F, 0.25F}), standing({0.5F, 0, 0.375F, 0.2F})}), clip_aspect);
    EXPECT_EQ(seen.followed, 2);
    EXPECT_NEAR(seen.largest, 0.375F, 1e-6);
}

TEST(SeenPersons, TwoTouchWhoseBoxesNearlyDoInAFrame)
{
    const Path still = standing({0.4F, 0.2F, 0.1F, 0.5F});
    const auto comes = [](float nearest) {
        return [nearest](int t) {
            return Box{nearest + 0.01F * static_cast<float>(std::abs(t - 8)), 0.2F, 0.1F, 0.5F};
        };
    };
    // 0.1 of 0.5 heights: 0.05, which is 0.025 of the width
    EXPECT_TRUE(fovea::seen_persons(clip_of({still, comes(0.49F)}), clip_aspect).two_touch);
    EXPECT_TRUE(fovea::seen_persons(clip_of({still, comes(0.52F)}), clip_aspect).two_touch);
    EXPECT_FALSE(fovea::seen_persons(clip_of({still, comes(0.53F)}), clip_aspect).two_touch);
}

TEST(SeenPersons, WhoStandsFarBehindDoesNotTouch)
{
    const Path near = standing({0.4F, 0.2F, 0.1F, 0.6F});
    // sizes of 0.6 and of 0.25 or 0.2: 2.4 and 3 times
    EXPECT_TRUE(
        fovea::seen_persons(clip_of({near, standing({0.42F, 0.3F, 0.05F, 0.25F})}), clip_aspect)
            .two_touch);
    EXPECT_FALSE(
        fovea::seen_persons(clip_of({near, standing({0.42F, 0.3F, 0.05F, 0.2F})}), clip_aspect)
            .two_touch);
}

TEST(SeenPersons, WhoSinksGetsLowerOrWiderGoesDown)
{
    const auto goes_down = [](const Box &first, const Box &last) {
        const Path path = [=](int t) { return t < 12 ? first : last; };
        return fovea::seen_persons(clip_of({path}), clip_aspect).goes_down;
    };
    const Box stands = {0.4F, 0.2F, 0.1F, 0.4F}; // a size of 0.4 heights
    EXPECT_TRUE(goes_down(stands, {0.4F, 0.31F, 0.1F, 0.4F})) << "0.11 of 0.4 lower";
    EXPECT_FALSE(goes_down(stands, {0.4F, 0.29F, 0.1F, 0.4F}));
    EXPECT_FALSE(goes_down(stands, {0.4F, 0.05F, 0.1F, 0.4F})) << "rises";
    EXPECT_TRUE(goes_down(stands, {0.4F, 0.25F, 0.1F, 0.29F})) << "its height falls by 0.11";
    EXPECT_FALSE(goes_down(stands, {0.4F, 0.25F, 0.1F, 0.31F}));
    EXPECT_TRUE(goes_down(stands, {0.4F, 0.2F, 0.17F, 0.4F})) << "1.7 times as wide";
    EXPECT_FALSE(goes_down(stands, {0.4F, 0.2F, 0.16F, 0.4F})) << "exp(0.5) is 1.65";
}

} // namespace
