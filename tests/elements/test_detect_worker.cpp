// SPDX-License-Identifier: MIT
#include <condition_variable>
#include <deque>
#include <functional>
#include <stdexcept>

#include <gst/base/gstbasetransform.h>

#include <gtest/gtest.h>

#include "detect/detect_worker.h"
#include "meta/convert.h"

namespace {

using fovea::Box;
using fovea::DetectOptions;
using fovea::ImageSize;
using fovea::Leaky;
using fovea::Person;
using fovea::RgbImage;

using Find = std::function<std::vector<Person>(int call)>;

/** \brief Says what it is told; the input is half the size of what it looks at */
class ToldDetector final : public fovea::Detector
{
public:
    ToldDetector(Find find, std::vector<ImageSize> *seen, std::vector<int> *levels,
                 std::vector<float> *thresholds)
        : find_(std::move(find)), seen_(seen), levels_(levels), thresholds_(thresholds)
    {
    }

    ImageSize input_size(ImageSize source) const override
    {
        return {source.width / 2, source.height / 2};
    }

    std::vector<Person> detect(const RgbImage &image, float threshold) override
    {
        thresholds_->push_back(threshold);
        seen_->push_back(image.size);
        levels_->push_back(image.pixels.at(0));
        return find_(calls_++);
    }

    std::string runtime() const override { return "told"; }

private:
    Find find_;
    std::vector<ImageSize> *seen_;
    std::vector<int> *levels_;
    std::vector<float> *thresholds_;
    int calls_ = 0;
};

Person person(float x)
{
    Person one;
    one.box = {x, 0.25F, 0.25F, 0.5F};
    one.confidence = 0.75F;
    return one;
}

/** \brief Lets detections through one by one, in the order asked */
class Turnstile
{
public:
    void pass()
    {
        std::unique_lock lock(mutex_);
        ++waiting_;
        changed_.notify_all();
        changed_.wait(lock, [this] { return tickets_ > 0; });
        --tickets_;
        --waiting_;
        changed_.notify_all();
    }

    void wait_for_one()
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return waiting_ > 0; });
    }

    void admit(int count)
    {
        const std::lock_guard lock(mutex_);
        tickets_ += count;
        changed_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    int waiting_ = 0;
    int tickets_ = 0;
};

class DetectWorker : public testing::Test
{
protected:
    void SetUp() override
    {
        gst_element_set_bus(element_, bus_);
        set_size(64, 32);
    }

    void TearDown() override
    {
        worker_.reset();
        gst_element_set_bus(element_, nullptr);
        gst_object_unref(element_);
        gst_object_unref(bus_);
    }

    void set_size(int width, int height)
    {
        gst_video_info_set_format(&info_, GST_VIDEO_FORMAT_GRAY8, static_cast<guint>(width),
                                  static_cast<guint>(height));
    }

    void start(const DetectOptions &options, Find find)
    {
        worker_ = std::make_unique<fovea::DetectWorker>(
            element_, options, &counts_,
            std::make_unique<ToldDetector>(std::move(find), &seen_, &levels_, &thresholds_));
        worker_->configure(info_);
    }

    /** \return the persons on the next frame */
    std::vector<Person> push()
    {
        GstBuffer *buffer = gst_buffer_new_allocate(nullptr, info_.size, nullptr);
        gst_buffer_memset(buffer, 0, level_, info_.size);
        std::vector<Person> persons;
        try {
            const fovea::Frame frame = {element_, buffer, &info_, time_, 40'000'000};
            worker_->foresee(frame);
            worker_->process(frame);
            persons = fovea::persons_from(*fovea_meta_get(buffer));
        } catch (...) {
            gst_buffer_unref(buffer);
            throw;
        }
        gst_buffer_unref(buffer);
        time_ += 40'000'000;
        return persons;
    }

    guint qos_messages()
    {
        guint count = 0;
        while (GstMessage *message = gst_bus_pop_filtered(bus_, GST_MESSAGE_QOS)) {
            GstFormat format = GST_FORMAT_UNDEFINED;
            gst_message_parse_qos_stats(message, &format, &qos_processed_, &qos_dropped_);
            EXPECT_EQ(format, GST_FORMAT_BUFFERS);
            gst_message_unref(message);
            ++count;
        }
        return count;
    }

    GstElement *element_ = gst_element_factory_make("identity", nullptr);
    GstBus *bus_ = gst_bus_new();
    GstVideoInfo info_ = {};
    fovea::DetectCounts counts_;
    guint8 level_ = 128; ///< of the pixels of the next frame
    std::vector<ImageSize> seen_;
    std::vector<int> levels_;       ///< of what the detector saw
    std::vector<float> thresholds_; ///< that it was asked for
    Turnstile turnstile_;           // before the worker, whose thread may wait at it
    std::unique_ptr<fovea::DetectWorker> worker_;
    fovea::Nanoseconds time_ = 0;
    guint64 qos_processed_ = 0;
    guint64 qos_dropped_ = 0;
};

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

TEST_F(DetectWorkerAhead, OneAloneLooksWhenItIsAsked)
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
    for (int i = 0; i < 500 && worker_->can_wait(); ++i)
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
            for (int i = 0; i < 200; ++i) {
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
