// SPDX-License-Identifier: MIT
#include <cmath>
#include <cstdint>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "fovea/detect/person_motion.h"

using fovea::LumaImage;
using fovea::MotionFrame;
using fovea::MotionLayout;
using fovea::PairFeature;
using fovea::Person;
using fovea::PersonFeature;
using fovea::Pose;

namespace {

constexpr int clip_length = 17;
constexpr float width = 640; // pixels of the frames
constexpr float height = 360;
const MotionLayout clip_layout = MotionLayout::of_frames(clip_length);
using Row = std::vector<float>;

/** \brief A box in pixels by its centre */
Person boxed(int id, float x, float y, float w, float h)
{
    return {{(x - w / 2) / width, (y - h / 2) / height, w / width, h / height}, 0.8F, id};
}

/** \brief Keypoints that swing around a centre; each differs in place and time */
Pose swinging(float x, float y, float t, float phase)
{
    Pose pose;
    for (std::size_t i = 0; i < pose.size(); ++i) {
        const auto k = static_cast<float>(i);
        pose[i] = {(x + 30 * std::sin(1.7F * k + 0.3F * t + phase)) / width,
                   (y - 90 + 11 * k + 8 * std::cos(k + 0.5F * t + phase)) / height,
                   0.3F + 0.04F * k};
    }
    return pose;
}

/** \brief Two who near each other; the second's keypoints are known in every other frame */
std::vector<MotionFrame> nearing()
{
    const auto dark = std::make_shared<LumaImage>(
        LumaImage{{64, 36}, std::vector<std::uint8_t>(std::size_t{64} * 36, 0)});
    std::vector<MotionFrame> clip;
    for (int i = 0; i < clip_length; ++i) {
        const auto t = static_cast<float>(i);
        const float y = 180 + 4 * std::sin(t / 2);
        Person first = boxed(1, 200 + 6 * t, y, 80 + 5 * std::sin(t), 200);
        first.pose = swinging(200 + 6 * t, y, t, 0);
        Person second = boxed(2, 330 - 3 * t, 190, 90, 180);
        if (i % 2 == 0)
            second.pose = swinging(330 - 3 * t, 190, t, 1);
        clip.push_back({i * 2 * fovea::nanoseconds_per_second / 15, {first, second}, dark});
    }
    return clip;
}

Row of_person(const std::vector<float> &values, int person, int at)
{
    const auto *begin = values.data() + (person * clip_layout.steps + at) * MotionLayout::of_person;
    return {begin + static_cast<int>(PersonFeature::TorsoAcross), begin + MotionLayout::of_person};
}

Row of_pair(const std::vector<float> &values, int pair, int at)
{
    const auto *begin = values.data() + clip_layout.pairs_at() +
                        (pair * clip_layout.steps + at) * std::ptrdiff_t{MotionLayout::of_pair};
    return {begin + static_cast<int>(PairFeature::FirstReaches), begin + MotionLayout::of_pair};
}

void expect_near(const Row &got, const Row &expected)
{
    ASSERT_EQ(got.size(), expected.size());
    for (std::size_t i = 0; i < got.size(); ++i)
        EXPECT_NEAR(got[i], expected[i], 2e-4) << "value " << i;
}

} // namespace

/* What the study's own program (Python) computed of the same boxes and keypoints, speeds by the second */
TEST(KeypointMotion, IsThatOfTheStudy)
{
    const std::vector<float> values = fovea::person_motion(nearing(), width / height);
    const Row first[] = {
        {-0.10544F, -0.32592F, -0.34163F, 0.21849F, 0.40827F, 0.34223F, 0.29577F, 0.81680F,
         0.48671F, 0.19008F, 0.34940F, 0.21692F, -0.11891F, 0.23299F, 0.62F, 1},
        {-0.17796F, -0.33991F, -0.33336F, 0.19605F, 0.47633F, 0.39253F, 0.29952F, 0.94963F,
         0.43113F, 0.28097F, 0.30113F, 0.27425F, -0.21694F, 0.29620F, 0.62F, 1},
        {0.16880F, -0.33705F, -0.33181F, 0.22700F, 0.46353F, 0.37025F, 0.29683F, 0.90279F, 0.48491F,
         0.18009F, 0.26180F, 0.15608F, -0.16061F, 0.26266F, 0.62F, 1}};
    const Row second[] = {
        {-0.19441F, -0.37192F, -0.38690F, 0.23384F, 0.48634F, 0.38927F, 0.31769F, 0.98358F,
         0.46158F, 0.23833F, 0.33611F, 0.18485F, -0.16954F, 0.26851F, 0.62F, 0},
        {-0.06282F, -0.37185F, -0.37088F, 0.17677F, 0.50882F, 0.45331F, 0.31334F, 1.04534F,
         0.53864F, 0.43928F, 0.19003F, 0.18408F, -0.28399F, 0.36859F, 0.62F, 0},
        {0.03453F, -0.37741F, -0.37773F, 0.19967F, 0.52183F, 0.43552F, 0.33256F, 1.06233F, 0.59436F,
         0.47426F, 0.30281F, 0.26212F, -0.25708F, 0.37779F, 0.62F, 1}};
    const Row pair[] = {{0.53443F, -0.06881F, 0.45735F, -0.32856F, 1},
                        {0.49923F, -0.40162F, 0.24350F, -0.13175F, 1},
                        {0.11968F, -0.28210F, 0.12218F, 0.49399F, 1}};
    const int steps[] = {0, 4, 15};
    for (std::size_t i = 0; i < 3; ++i) {
        SCOPED_TRACE(steps[i]);
        expect_near(of_person(values, 0, steps[i]), first[i]);
        expect_near(of_person(values, 1, steps[i]), second[i]);
        expect_near(of_pair(values, 0, steps[i]), pair[i]);
    }
}

TEST(KeypointMotion, WithoutKeypointsItIsZerosAndTheRestAsItWas)
{
    std::vector<MotionFrame> clip = nearing();
    const std::vector<float> with = fovea::person_motion(clip, width / height);
    for (std::size_t t = 0; t < clip.size(); ++t) {
        clip[t].persons[0].pose.reset();
        if (t >= 8) // known in frames 0, 2, 4 and 6: in less than a fourth
            clip[t].persons[1].pose.reset();
    }
    const std::vector<float> without = fovea::person_motion(clip, width / height);
    for (int at = 0; at < clip_layout.steps; ++at) {
        for (int person = 0; person < 2; ++person) {
            for (const float value : of_person(without, person, at))
                EXPECT_EQ(value, 0);
            const auto place = static_cast<std::size_t>((person * clip_layout.steps + at) *
                                                        MotionLayout::of_person);
            for (std::size_t i = 0; i <= static_cast<std::size_t>(PersonFeature::Seen); ++i)
                EXPECT_EQ(without[place + i], with[place + i]);
        }
        for (const float value : of_pair(without, 0, at))
            EXPECT_EQ(value, 0);
    }
}

TEST(KeypointMotion, WhatNoBodyCanDoIsCut)
{
    std::vector<MotionFrame> clip = nearing();
    (*clip[3].persons[0].pose)[9] = {20, 0.5F, 0.9F}; // a wrist at twenty widths of the frame
    const std::vector<float> values = fovea::person_motion(clip, width / height);
    const auto of = [&](PersonFeature feature) {
        return of_person(values, 0, 2)[static_cast<std::size_t>(feature) -
                                       static_cast<std::size_t>(PersonFeature::TorsoAcross)];
    };
    EXPECT_EQ(of(PersonFeature::FastWrist), fovea::keypoint_speed_limit);
    EXPECT_EQ(of(PersonFeature::Reach), fovea::keypoint_limit);
    EXPECT_EQ(of(PersonFeature::SpreadAcross), fovea::keypoint_limit);
    EXPECT_LT(of(PersonFeature::SlowWrist), 1);
}
