// SPDX-License-Identifier: MIT
#include <stdexcept>

#include <gtest/gtest.h>

#include "detect_worker_test.h"

namespace {

using fovea::Box;
using fovea::DetectOptions;
using fovea::Leaky;
using fovea::Person;
using fovea_test::DetectWorker;
using fovea_test::person;

TEST_F(DetectWorker, EveryThirdFrameIsLookedAtAndTheOthersCarryItsPersons)
{
    DetectOptions options;
    options.inference_interval = 3;
    start(options, [](int call) { return std::vector<Person>{person(call == 0 ? 0.0F : 0.5F)}; });

    for (int i = 0; i < 6; ++i) {
        const auto persons = push();
        ASSERT_EQ(persons.size(), 1U) << "frame " << i;
        EXPECT_EQ(persons[0].box.x, i < 3 ? 0.0F : 0.5F) << "frame " << i;
        EXPECT_EQ(persons[0].detected, i % 3 == 0) << "frame " << i;
        EXPECT_EQ(persons[0].confidence, 0.75F);
    }
    EXPECT_EQ(seen_.size(), 2U);
    EXPECT_EQ(counts_.processed, 2U);
    EXPECT_EQ(counts_.dropped, 0U);
}

TEST_F(DetectWorker, ANewThresholdAndIntervalHoldFromTheNextFrameOn)
{
    DetectOptions options;
    options.inference_interval = 100;
    options.threshold = 0.5F;
    start(options, [](int) { return std::vector<Person>{person(0)}; });
    push();
    push();
    options.inference_interval = 2;
    options.threshold = 0.75F;
    worker_->update(options);
    std::vector<bool> detected;
    for (int i = 0; i < 4; ++i)
        detected.push_back(push().at(0).detected);
    EXPECT_EQ(detected, (std::vector<bool>{true, false, true, false}));
    options.threshold = 0.25F; // the interval goes on
    worker_->update(options);
    EXPECT_TRUE(push().at(0).detected);
    EXPECT_EQ(thresholds_, (std::vector<float>{0.5F, 0.75F, 0.75F, 0.25F}));
}

TEST_F(DetectWorker, APersonKeepsTheIdFromFrameToFrame)
{
    start({}, [](int call) {
        std::vector<Person> persons = {person(0.05F * static_cast<float>(call))};
        if (call == 2)
            persons.push_back(person(0.7F));
        return persons;
    });
    push();
    const int id = push().at(0).id; // confirmed by the second sighting
    EXPECT_GE(id, 0);
    const auto both = push();
    EXPECT_EQ(both.at(0).id, id);
    EXPECT_NE(both.at(1).id, id);
    EXPECT_EQ(push().at(0).id, id);
}

TEST_F(DetectWorker, APersonMovesOnBetweenDetections)
{
    DetectOptions options;
    options.inference_interval = 4;
    start(options,
          [](int call) { return std::vector<Person>{person(0.08F * static_cast<float>(call))}; });
    for (int i = 0; i < 4; ++i) // at rest until there is a second sighting
        EXPECT_FLOAT_EQ(push().at(0).box.x, 0);
    for (int i = 0; i < 4; ++i) // 0.08 in 4 frames
        EXPECT_NEAR(push().at(0).box.x, 0.08F + 0.02F * static_cast<float>(i), 1e-5F);
}

TEST_F(DetectWorker, APeriodIsOfMeasuredTimeWhateverRateTheCapsState)
{
    info_.fps_n = 90000; // as vfr.mp4 states it; the stamps are 40 ms apart
    info_.fps_d = 1;
    DetectOptions options;
    options.inference_period_ms = 200;
    start(options, [](int) { return std::vector<Person>{person(0)}; });
    std::vector<bool> detected;
    for (int i = 0; i < 11; ++i)
        detected.push_back(push().at(0).detected);
    const std::vector<bool> every_fifth = {true,  false, false, false, false, true,
                                           false, false, false, false, true};
    EXPECT_EQ(detected, every_fifth);
}

/* Frames 40 ms apart, a detection every 7.5th of a second: of frames 0, 3.33, 6.67, 10 the nearest each */
TEST_F(DetectWorker, APeriodBetweenTwoFramesIsKeptOverAll)
{
    DetectOptions options;
    options.inference_period_ms = 1000 / 7.5;
    start(options, [](int) { return std::vector<Person>{person(0)}; });
    std::vector<int> detected;
    for (int i = 0; i <= 40; ++i) {
        if (push().at(0).detected)
            detected.push_back(i);
    }
    EXPECT_EQ(detected, (std::vector<int>{0, 3, 7, 10, 13, 17, 20, 23, 27, 30, 33, 37, 40}));
}

/* As above, but frames 11 to 20 are missing: the first behind them is looked at, and then the same grid */
TEST_F(DetectWorker, APeriodStaysOnItsGridBehindAGap)
{
    DetectOptions options;
    options.inference_period_ms = 1000 / 7.5;
    start(options, [](int) { return std::vector<Person>{person(0)}; });
    std::vector<int> detected;
    for (int i = 0; i <= 33; ++i) {
        if (i == 11) {
            i = 21;
            time_ += 10 * 40 * fovea::nanoseconds_per_millisecond;
        }
        if (push().at(0).detected)
            detected.push_back(i);
    }
    EXPECT_EQ(detected, (std::vector<int>{0, 3, 7, 10, 21, 23, 27, 30, 33}));
}

TEST_F(DetectWorker, AJumpOfTheStampsBeginsTracksAnew)
{
    DetectOptions options;
    options.inference_period_ms = 200;
    start(options, [](int) { return std::vector<Person>{person(0)}; });
    for (int i = 0; i < 6; ++i)
        push();
    const int id = push().at(0).id;
    EXPECT_GE(id, 0);
    for (const fovea::Nanoseconds jump :
         {3 * 3600 * fovea::nanoseconds_per_second, -2 * 3600 * fovea::nanoseconds_per_second}) {
        time_ += jump;
        const Person first = push().at(0);
        EXPECT_TRUE(first.detected) << "persons are looked for at once";
        EXPECT_EQ(first.id, -1);
        for (int i = 0; i < 6; ++i)
            push();
        EXPECT_GT(push().at(0).id, id);
    }
}

/* The centred square of 64 x 32 pixels is x from 16 to 48. */
TEST_F(DetectWorker, BoxesOfTheSquareAreaAreRelativeToTheFrame)
{
    DetectOptions options;
    options.area = fovea::ViewArea::Square;
    start(options, [](int) { return std::vector<Person>{person(0.5F)}; });
    const Box box = push().at(0).box;
    EXPECT_FLOAT_EQ(box.x, 0.5F);
    EXPECT_FLOAT_EQ(box.width, 0.125F);
    EXPECT_FLOAT_EQ(box.y, 0.25F);
    EXPECT_FLOAT_EQ(box.height, 0.5F);
    EXPECT_EQ(seen_.at(0).width, 16);
    EXPECT_EQ(seen_.at(0).height, 16);
}

TEST_F(DetectWorker, ANewFrameSizeForgetsThePersonsAndAsksForANewInput)
{
    DetectOptions options;
    options.inference_interval = 100;
    start(options, [](int call) {
        return call == 0 ? std::vector<Person>{person(0)} : std::vector<Person>{};
    });
    EXPECT_EQ(push().size(), 1U);
    EXPECT_EQ(push().size(), 1U);
    set_size(40, 20);
    worker_->configure(info_);
    EXPECT_TRUE(push().empty());
    EXPECT_EQ(seen_.at(0).width, 32);
    EXPECT_EQ(seen_.at(1).width, 20);
}

TEST_F(DetectWorker, AFlushForgetsThePersonsAJumpLooksAgain)
{
    DetectOptions options;
    options.inference_interval = 100;
    start(options, [](int) { return std::vector<Person>{person(0)}; });
    push();
    worker_->discontinuity();
    const Person again = push().at(0);
    EXPECT_TRUE(again.detected);
    EXPECT_GE(again.id, 0) << "the second sighting of one track";
    EXPECT_EQ(push().at(0).id, again.id);
    worker_->reset();
    push();
    worker_->discontinuity();
    const auto after = push();
    ASSERT_EQ(after.size(), 1U);
    EXPECT_TRUE(after[0].detected);
    EXPECT_NE(after[0].id, again.id);
}

TEST_F(DetectWorker, LiveFramesPassWhileTheDetectorIsBusy)
{
    DetectOptions options;
    options.leaky = Leaky::Always;
    start(options, [this](int) {
        turnstile_.pass();
        return std::vector<Person>{person(0)};
    });

    EXPECT_TRUE(push().empty());
    turnstile_.wait_for_one(); // the first is at work, the queue is empty
    EXPECT_TRUE(push().empty());
    EXPECT_EQ(counts_.dropped, 0U);
    for (int i = 0; i < 5; ++i)
        EXPECT_TRUE(push().empty());
    EXPECT_EQ(counts_.dropped, 5U);
    EXPECT_EQ(counts_.processed, 0U);
    EXPECT_EQ(qos_messages(), 1U); // at most one a second
    EXPECT_EQ(qos_dropped_, 1U);

    turnstile_.admit(2);
    worker_->drain(nullptr);
    EXPECT_EQ(counts_.processed, 2U);
    turnstile_.admit(2);
    EXPECT_TRUE(push().at(0).detected); // the first frame to carry what was found
    EXPECT_EQ(push().size(), 1U);
}

TEST_F(DetectWorker, ASlowDetectorSeesTheNewestFrame)
{
    DetectOptions options;
    options.leaky = Leaky::Always;
    start(options, [this](int) {
        turnstile_.pass();
        return std::vector<Person>{};
    });
    level_ = 10;
    push();
    turnstile_.wait_for_one();
    for (level_ = 20; level_ <= 60; level_ += 10)
        push();
    turnstile_.admit(2);
    worker_->drain(nullptr);
    EXPECT_EQ(levels_, (std::vector<int>{10, 60}));
}

TEST_F(DetectWorker, ASlowDetectorPostsAQosMessageAgainAfterASecond)
{
    DetectOptions options;
    options.leaky = Leaky::Always;
    start(options, [this](int) {
        turnstile_.pass();
        return std::vector<Person>{};
    });
    push();
    turnstile_.wait_for_one();
    for (int i = 0; i < 3; ++i)
        push();
    EXPECT_EQ(qos_messages(), 1U);
    g_usleep(1100000);
    push();
    EXPECT_EQ(qos_messages(), 1U);
    EXPECT_EQ(qos_dropped_, 3U);
    turnstile_.admit(10);
}

TEST_F(DetectWorker, WhatALiveDetectorThrowsComesOutOfALaterFrame)
{
    DetectOptions options;
    options.leaky = Leaky::Always;
    options.inference_interval = 1000;
    start(options, [](int) -> std::vector<Person> { throw std::runtime_error("broken"); });
    push();
    EXPECT_THROW(
        {
            for (int i = 0; i < 6000; ++i) {
                push();
                g_usleep(10000);
            }
        },
        std::runtime_error);
}

TEST_F(DetectWorker, AFlushStopsAtTheDetectionAtWorkAndForgetsIt)
{
    DetectOptions options;
    options.leaky = Leaky::Always;
    options.inference_interval = 1000;
    start(options, [this](int) {
        turnstile_.pass();
        return std::vector<Person>{person(0)};
    });
    push();
    turnstile_.wait_for_one();
    turnstile_.admit(1);
    worker_->reset();
    EXPECT_TRUE(push().empty());
    turnstile_.admit(1);
}

} // namespace
