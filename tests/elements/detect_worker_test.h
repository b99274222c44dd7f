// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include <gst/base/gstbasetransform.h>

#include <gtest/gtest.h>

#include "detect/detect_worker.h"
#include "meta/convert.h"

namespace fovea_test {

using fovea::DetectOptions;
using fovea::ImageSize;
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

inline Person person(float x)
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

/** \brief A worker whose detector says what it is told */
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

} // namespace fovea_test
