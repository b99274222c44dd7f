// SPDX-License-Identifier: MIT
#include <cmath>

#include <gtest/gtest.h>

#include "fovea/core/errors.h"
#include "fovea/detect/person_motion.h"

using fovea::LumaImage;
using fovea::MotionFrame;
using fovea::MotionLayout;
using fovea::PairFeature;
using fovea::Person;
using fovea::PersonFeature;

namespace {

constexpr int frames = 5;
constexpr fovea::Nanoseconds step = 250 * fovea::nanoseconds_per_millisecond;
constexpr float aspect = 2; // frames of 80 x 40 pixels
const MotionLayout layout = MotionLayout::of_frames(frames);

std::shared_ptr<const LumaImage> picture(std::uint8_t level)
{
    return std::make_shared<LumaImage>(
        LumaImage{{80, 40}, std::vector<std::uint8_t>(std::size_t{80} * 40, level)});
}

/** \brief Five dark frames, a quarter of a second apart, nobody in them */
std::vector<MotionFrame> empty_clip()
{
    std::vector<MotionFrame> clip;
    for (int t = 0; t < frames; ++t)
        clip.push_back({t * step, {}, picture(0)});
    return clip;
}

/** \brief A box 0.2 frame heights wide and 0.4 high; x is of its centre, in shares of the width */
Person walker(int id, float x, float y = 0.5F)
{
    return {{x - 0.05F, y - 0.2F, 0.1F, 0.4F}, 0.75F, id};
}

/** \brief Two who walk towards each other, 0.05 of the width (0.1 heights) a frame */
std::vector<MotionFrame> meeting()
{
    std::vector<MotionFrame> clip = empty_clip();
    for (int t = 0; t < frames; ++t)
        clip[static_cast<std::size_t>(t)].persons = {
            walker(7, 0.2F + 0.05F * static_cast<float>(t)),
            walker(9, 0.7F - 0.05F * static_cast<float>(t))};
    return clip;
}

float of_person(const std::vector<float> &values, int person, int at, PersonFeature feature)
{
    return values[static_cast<std::size_t>((person * layout.steps + at) * MotionLayout::of_person +
                                           static_cast<int>(feature))];
}

float of_pair(const std::vector<float> &values, int pair, int at, PairFeature feature)
{
    return values[static_cast<std::size_t>(layout.pairs_at()) +
                  static_cast<std::size_t>((pair * layout.steps + at) * MotionLayout::of_pair +
                                           static_cast<int>(feature))];
}

float value(const std::vector<float> &values, std::int64_t at)
{
    return values[static_cast<std::size_t>(at)];
}

int persons_in(const std::vector<float> &values)
{
    int count = 0;
    for (int i = 0; i < MotionLayout::persons; ++i)
        count += of_person(values, i, 2, PersonFeature::Height) > 0 ? 1 : 0;
    return count;
}

} // namespace

TEST(MotionLayout, HasAPlaceForEachPart)
{
    const MotionLayout of_watch = MotionLayout::of_frames(17);
    EXPECT_EQ(of_watch.steps, 16);
    EXPECT_EQ(of_watch.pairs_at(), 6 * 16 * 30);
    EXPECT_EQ(of_watch.members(), 6 * 16 * 30 + 8 * 16 * 10);
    EXPECT_EQ(of_watch.channels(), 6 * 16 * 30 + 8 * 16 * 10 + 8 * 2 + 2 + 6 * 5);
    EXPECT_EQ(MotionLayout::of_channels(of_watch.channels()).steps, 16);
}

TEST(MotionLayout, RefusesChannelsThatNoClipHas)
{
    EXPECT_THROW(MotionLayout::of_channels(128), fovea::Error);
    EXPECT_THROW(MotionLayout::of_channels(48), fovea::Error);
    EXPECT_THROW(MotionLayout::of_frames(1), fovea::Error);
}

TEST(PersonMotion, AnEmptyClipIsAllZeros)
{
    for (const float value : fovea::person_motion(empty_clip(), aspect))
        EXPECT_EQ(value, 0);
}

/* The size is 0.4 heights; 0.1 heights a frame are 0.25 sizes, of 4 frames a second one size */
TEST(PersonMotion, AStraightWalkHasItsSpeedInSizesASecond)
{
    const auto values = fovea::person_motion(meeting(), aspect);
    EXPECT_EQ(persons_in(values), 2);
    for (int at = 0; at < layout.steps; ++at) {
        EXPECT_NEAR(of_person(values, 0, at, PersonFeature::SpeedX), 1, 1e-4);
        EXPECT_NEAR(of_person(values, 1, at, PersonFeature::SpeedX), -1, 1e-4);
        EXPECT_NEAR(of_person(values, 0, at, PersonFeature::X), 0.25F * float(at - 1), 1e-4);
        EXPECT_NEAR(of_person(values, 0, at, PersonFeature::SpeedY), 0, 1e-4);
        EXPECT_NEAR(of_person(values, 0, at, PersonFeature::Growth), 0, 1e-4);
        EXPECT_NEAR(of_person(values, 0, at, PersonFeature::Height), 1, 1e-4);
        EXPECT_NEAR(of_person(values, 0, at, PersonFeature::Width), 0.5F, 1e-4);
        EXPECT_NEAR(of_person(values, 0, at, PersonFeature::Aspect), std::log(0.5F), 1e-4);
        EXPECT_EQ(of_person(values, 0, at, PersonFeature::Confidence), 0.75F);
        EXPECT_EQ(of_person(values, 0, at, PersonFeature::AtEdge), 0);
        EXPECT_EQ(of_person(values, 0, at, PersonFeature::Energy), 0);
        EXPECT_EQ(of_person(values, 0, at, PersonFeature::Seen), 1);
    }
}

/* Centres are 1 height apart at first, 2.5 sizes, and come nearer by 0.5 sizes a frame */
TEST(PersonMotion, APairThatMeetsHasItsDistanceAndOverlap)
{
    const auto values = fovea::person_motion(meeting(), aspect);
    EXPECT_EQ(value(values, layout.members()), 1);
    EXPECT_EQ(value(values, layout.members() + 1), 2);
    EXPECT_EQ(value(values, layout.members() + 2), 0) << "there is one pair";
    for (int at = 0; at < layout.steps; ++at) {
        const float distance = 2 - 0.5F * static_cast<float>(at);
        EXPECT_NEAR(of_pair(values, 0, at, PairFeature::Distance), distance, 1e-4);
        EXPECT_NEAR(of_pair(values, 0, at, PairFeature::Across), distance, 1e-4);
        EXPECT_NEAR(of_pair(values, 0, at, PairFeature::Receding), -2, 1e-4);
        EXPECT_NEAR(of_pair(values, 0, at, PairFeature::Below), 0, 1e-4);
        EXPECT_NEAR(of_pair(values, 0, at, PairFeature::Overlap), 0, 1e-4)
            << "boxes are half a size wide, and half a size apart at last";
    }
    std::vector<MotionFrame> close = meeting();
    for (MotionFrame &frame : close)
        frame.persons = {walker(1, 0.5F), walker(2, 0.55F, 0.6F)}; // 0.25 sizes aside and down
    const auto touching = fovea::person_motion(close, aspect);
    EXPECT_NEAR(of_pair(touching, 0, 1, PairFeature::Overlap), 0.25F * 0.75F, 1e-4);
    EXPECT_NEAR(of_pair(touching, 0, 1, PairFeature::Below), 0.25F, 1e-4);
}

TEST(PersonMotion, PairsAreOfLikeSizeAndNear)
{
    std::vector<MotionFrame> clip = empty_clip();
    Person giant = walker(3, 0.5F);
    giant.box = {0.3F, 0, 0.4F, 1.01F};
    for (MotionFrame &frame : clip)
        frame.persons = {walker(1, 0.1F), walker(2, 0.9F), giant}; // 1.6 heights: 4 sizes apart
    const auto values = fovea::person_motion(clip, aspect);
    EXPECT_EQ(persons_in(values), 3);
    EXPECT_EQ(value(values, layout.members()), 0);
}

TEST(PersonMotion, AGapIsFilledOnTheLine)
{
    std::vector<MotionFrame> clip = meeting();
    clip[2].persons.erase(clip[2].persons.begin());
    const auto gap = fovea::person_motion(clip, aspect);
    const auto whole = fovea::person_motion(meeting(), aspect);
    for (std::size_t i = 0; i < gap.size(); ++i)
        EXPECT_NEAR(gap[i], whole[i], 1e-4) << i;
}

TEST(PersonMotion, BeforeAndBehindATrackThePersonStandsStillUnseen)
{
    std::vector<MotionFrame> clip = meeting();
    for (const std::size_t t : {std::size_t{0}, std::size_t{1}, std::size_t{4}})
        clip[t].persons.erase(clip[t].persons.begin());
    const auto values = fovea::person_motion(clip, aspect); // seen in frames 2 and 3
    const int who = value(values, layout.places()) == 7 ? 0 : 1;
    const std::vector<float> seen = {0, 1, 1, 0};
    const std::vector<float> speed = {0, 0, 1, 0};
    for (int at = 0; at < layout.steps; ++at) {
        EXPECT_EQ(of_person(values, who, at, PersonFeature::Seen), seen[std::size_t(at)]);
        EXPECT_NEAR(of_person(values, who, at, PersonFeature::SpeedX), speed[std::size_t(at)],
                    1e-4);
    }
    clip[2].persons.erase(clip[2].persons.begin());
    EXPECT_EQ(persons_in(fovea::person_motion(clip, aspect)), 1)
        << "one of five frames is no track";
}

/* As beside a live stream, whose detections come with frames that nobody samples, or where nothing moves */
TEST(PersonMotion, WhoIsOnlyCarriedIsFollowedAllTheSame)
{
    std::vector<MotionFrame> clip = meeting();
    const std::vector<float> looked_at = fovea::person_motion(clip, aspect);
    for (MotionFrame &frame : clip)
        for (Person &person : frame.persons)
            person.detected = false;
    EXPECT_EQ(fovea::person_motion(clip, aspect), looked_at);
}

/* 7 walks on a line; the carried box of frame 1 is off it, and the detector saw 2 of 5 frames */
TEST(PersonMotion, BetweenSightingsCarriedBoxesAreNotTrusted)
{
    std::vector<MotionFrame> clip = meeting();
    const std::vector<float> on_the_line = fovea::person_motion(clip, aspect);
    for (const std::size_t t : {1U, 2U, 3U})
        for (Person &person : clip[t].persons) {
            person.box.y += 0.1F;
            person.detected = false;
        }
    const std::vector<float> values = fovea::person_motion(clip, aspect);
    for (const auto feature : {PersonFeature::SpeedX, PersonFeature::SpeedY})
        for (int at = 0; at < layout.steps; ++at)
            EXPECT_NEAR(of_person(values, 0, at, feature), of_person(on_the_line, 0, at, feature),
                        1e-5);
    clip[0].persons[0].detected = false; // one of five is too few to draw a line through
    clip[0].persons[1].detected = false;
    EXPECT_GT(std::abs(of_person(fovea::person_motion(clip, aspect), 0, 0, PersonFeature::SpeedY)),
              0.1F);
}

TEST(PersonMotion, PersonsWithoutATrackArePassedOver)
{
    std::vector<MotionFrame> clip = meeting();
    for (MotionFrame &frame : clip)
        frame.persons.push_back(walker(-1, 0.5F));
    EXPECT_EQ(fovea::person_motion(clip, aspect), fovea::person_motion(meeting(), aspect));
}

TEST(PersonMotion, ARepeatedFrameHasNoSpeed)
{
    std::vector<MotionFrame> clip = meeting();
    clip[4] = clip[3];
    const auto values = fovea::person_motion(clip, aspect);
    EXPECT_EQ(of_person(values, 0, 3, PersonFeature::SpeedX), 0);
    EXPECT_EQ(of_pair(values, 0, 3, PairFeature::Receding), 0);
}

/* Person 1 covers columns 32 to 48 and lines 12 to 28; the upper half, 50 levels brighter in frame 3 */
TEST(PersonMotion, EnergyIsOfTheBoxItsUpperHalfAndTheFrame)
{
    std::vector<MotionFrame> clip = empty_clip();
    auto bright = std::make_shared<LumaImage>(*picture(0));
    for (int y = 0; y < 20; ++y)
        for (int x = 0; x < 80; ++x)
            bright->values[std::size_t(y) * 80 + std::size_t(x)] = 50;
    for (MotionFrame &frame : clip)
        frame.persons = {Person{{0.401F, 0.301F, 0.198F, 0.398F}, 0.9F, 1}};
    clip[3].luma = bright;
    const auto values = fovea::person_motion(clip, aspect);
    const std::vector<float> energy = {0, 0, 1, 1}; // half of the box by 50 levels: 25
    for (int at = 0; at < layout.steps; ++at) {
        EXPECT_NEAR(of_person(values, 0, at, PersonFeature::Energy), energy[std::size_t(at)], 1e-5);
        EXPECT_NEAR(of_person(values, 0, at, PersonFeature::UpperEnergy),
                    2 * energy[std::size_t(at)], 1e-5);
    }
    EXPECT_NEAR(value(values, layout.energy()), 25.0 * 2 / 4 / 10, 1e-5) << "the frame's mean";
    EXPECT_NEAR(value(values, layout.energy() + 1), 25.0 / 20, 1e-5) << "its highest";
}

TEST(PersonMotion, TheMostRestlessComeFirstAndNoMoreThanSix)
{
    std::vector<MotionFrame> clip = empty_clip();
    for (MotionFrame &frame : clip)
        for (int i = 0; i < 8; ++i) {
            Person person = walker(i, 0.06F + 0.1F * static_cast<float>(i));
            person.box.height += 0.01F * static_cast<float>(i);
            frame.persons.push_back(person);
        }
    auto flash = std::make_shared<LumaImage>(*picture(0)); // over person 2 alone: columns 17 to 24
    for (int y = 0; y < 40; ++y)
        for (int x = 17; x < 24; ++x)
            flash->values[std::size_t(y) * 80 + std::size_t(x)] = 250;
    clip[2].luma = flash;
    const auto values = fovea::person_motion(clip, aspect);
    EXPECT_EQ(persons_in(values), 6);
    EXPECT_EQ(value(values, layout.places()), 2);
    EXPECT_EQ(value(values, layout.places() + MotionLayout::of_place), 7) << "then the largest";
    EXPECT_NEAR(value(values, layout.places() + MotionLayout::of_place + 1), 0.71F, 1e-5);
}

TEST(PersonMotion, PicturesOfSeveralSizesAreRefused)
{
    std::vector<MotionFrame> clip = meeting();
    clip[2].luma = std::make_shared<LumaImage>(LumaImage{{1, 1}, {0}});
    EXPECT_THROW(fovea::person_motion(clip, aspect), fovea::Error);
}

TEST(LumaOf, WhiteIsWhiteAndGreenIsBrighterThanBlue)
{
    const LumaImage luma = fovea::luma_of({{3, 1}, {255, 255, 255, 0, 200, 0, 0, 0, 200}});
    EXPECT_EQ(luma.values, (std::vector<std::uint8_t>{255, 117, 23})); // 0.587 and 0.114 of 200
}
