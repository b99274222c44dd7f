// SPDX-License-Identifier: MIT
#include <deque>
#include <stdexcept>

#include <gtest/gtest.h>

#include "detect_worker_test.h"

namespace {

using fovea::DetectOptions;
using fovea::ImageSize;
using fovea::Person;
using fovea::RgbImage;
using fovea_test::DetectWorker;
using fovea_test::person;
using fovea_test::Turnstile;

/* Detects with a twin: each picture waits at the turnstile, and its level says where the person is */
class TwinDetector final : public fovea::Detector
{
public:
    explicit TwinDetector(Turnstile *turnstile) : turnstile_(turnstile) {}

    ImageSize input_size(ImageSize) const override { return {8, 8}; }

    std::vector<Person> detect(const RgbImage &image, float) override
    {
        turnstile_->pass();
        if (image.pixels.at(0) == 255)
            throw std::runtime_error("a picture too bright");
        return {person(static_cast<float>(image.pixels.at(0)) / 255)};
    }

    std::string runtime() const override { return "told"; }

    std::unique_ptr<Detector> twin() const override
    {
        return std::make_unique<TwinDetector>(turnstile_);
    }

private:
    Turnstile *turnstile_;
};

class DetectWorkerAhead : public DetectWorker
{
protected:
    void SetUp() override
    {
        DetectWorker::SetUp();
        g_setenv("FOVEA_THREADS", "1", /*overwrite=*/TRUE);
    }

    void TearDown() override
    {
        turnstile_.admit(100);
        for (const fovea::Frame &frame : foreseen_)
            gst_buffer_unref(frame.buffer);
        g_unsetenv("FOVEA_THREADS");
        DetectWorker::TearDown();
    }

    void start_team(const char *threads, const DetectOptions &options = {})
    {
        g_setenv("FOVEA_THREADS", threads, /*overwrite=*/TRUE);
        worker_ = std::make_unique<fovea::DetectWorker>(
            element_, options, &counts_, std::make_unique<TwinDetector>(&turnstile_));
        worker_->configure(info_);
    }

    void foresee(guint8 level)
    {
        GstBuffer *buffer = gst_buffer_new_allocate(nullptr, info_.size, nullptr);
        gst_buffer_memset(buffer, 0, level, info_.size);
        foreseen_.push_back({element_, buffer, &info_, time_, 40'000'000});
        time_ += 40'000'000;
        worker_->foresee(foreseen_.back());
    }

    std::vector<Person> process()
    {
        const fovea::Frame frame = foreseen_.front();
        foreseen_.pop_front();
        const std::unique_ptr<GstBuffer, decltype(&gst_buffer_unref)> buffer(frame.buffer,
                                                                             gst_buffer_unref);
        worker_->process(frame);
        return fovea::persons_from(*fovea_meta_get(frame.buffer));
    }

    std::deque<fovea::Frame> foreseen_;
};

TEST_F(DetectWorkerAhead, FramesWaitWhileTwinsLookAtThoseBehindThem)
{
    DetectOptions options;
    options.inference_interval = 2;
    start_team("2", options);
    for (const guint8 level : {51, 0, 102, 0}) { // two pictures, and those between
        foresee(level);
        EXPECT_TRUE(worker_->can_wait());
    }
    foresee(153); // one more is ready for whoever is done first
    EXPECT_FALSE(worker_->can_wait());
    turnstile_.admit(3);
    for (const float x : {0.2F, 0.2F, 0.4F}) {
        const auto persons = process();
        ASSERT_EQ(persons.size(), 1U);
        EXPECT_NEAR(persons[0].box.x, x, 0.01F);
    }
    EXPECT_FALSE(worker_->can_wait()) << "the oldest needs no detection of its own";
}

TEST_F(DetectWorkerAhead, OneAloneLooksAtOnce)
{
    start_team("1");
    turnstile_.admit(2);
    foresee(51);
    EXPECT_FALSE(worker_->can_wait());
    EXPECT_NEAR(process().at(0).box.x, 0.2F, 0.01F);
}

TEST_F(DetectWorkerAhead, WhatATwinThrowsComesOutOfItsOwnFrame)
{
    start_team("2");
    turnstile_.admit(3);
    for (const guint8 level : {51, 255, 102})
        foresee(level);
    EXPECT_NEAR(process().at(0).box.x, 0.2F, 0.01F);
    EXPECT_THROW(process(), std::runtime_error);
    EXPECT_NEAR(process().at(0).box.x, 0.4F, 0.01F);
}

TEST_F(DetectWorkerAhead, AFlushForgetsThePicturesThatWait)
{
    start_team("2");
    for (int i = 0; i < 5; ++i) // two are at work, three wait
        foresee(51);
    turnstile_.wait_for_one();
    worker_->reset();
    for (const fovea::Frame &frame : foreseen_)
        gst_buffer_unref(frame.buffer);
    foreseen_.clear();
    foresee(204);
    turnstile_.admit(3); // those at work, and the next is that behind the flush
    for (int i = 0; i < 6000 && worker_->can_wait(); ++i)
        g_usleep(10000);
    EXPECT_FALSE(worker_->can_wait()) << "it waits for pictures of before";
    turnstile_.admit(3);
    const auto persons = process();
    ASSERT_EQ(persons.size(), 1U);
    EXPECT_NEAR(persons[0].box.x, 0.8F, 0.01F);
}

TEST_F(DetectWorkerAhead, HoldsNoMoreThan64MegabytesOfFrames)
{
    set_size(8192, 4096); // 32 MB each
    start_team("2");
    foresee(51);
    EXPECT_TRUE(worker_->can_wait());
    foresee(51);
    EXPECT_FALSE(worker_->can_wait());
}

} // namespace
