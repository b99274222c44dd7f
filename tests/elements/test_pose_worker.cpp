// SPDX-License-Identifier: MIT

#include <gst/base/gstbasetransform.h>

#include <gtest/gtest.h>

#include "meta/convert.h"
#include "pose/pose_worker.h"

namespace {

using fovea::Box;
using fovea::ImageSize;
using fovea::KeypointOptions;
using fovea::Nanoseconds;
using fovea::Person;
using fovea::Pose;
using fovea::RgbImage;

constexpr int width = 200; // of the frames, pixels
constexpr int height = 100;

/** \brief The nose in the middle of each crop, the rest in its upper left corner; counts its looks */
class MiddleEstimator final : public fovea::PoseEstimator
{
public:
    explicit MiddleEstimator(std::vector<std::size_t> *looks) : looks_(looks) {}

    ImageSize input_size() const override { return {32, 32}; }

    std::vector<Pose> estimate(const std::vector<RgbImage> &crops) override
    {
        looks_->push_back(crops.size());
        for (const RgbImage &crop : crops)
            EXPECT_EQ(crop.pixels.size(), 3U * 32 * 32);
        Pose pose;
        pose[0] = {0.5F, 0.5F, 0.75F};
        return std::vector<Pose>(crops.size(), pose);
    }

    std::string runtime() const override { return "made"; }

private:
    std::vector<std::size_t> *looks_;
};

Person numbered_person(int id, Box box, bool detected = true)
{
    return {box, 0.9F, id, detected};
}

class PoseWorkerTest : public ::testing::Test
{
protected:
    void start(const KeypointOptions &options)
    {
        element_ = gst_element_factory_make("identity", nullptr); // nobody upstream: not live
        gst_video_info_set_format(&info_, GST_VIDEO_FORMAT_RGB, width, height);
        worker_ = std::make_unique<fovea::PoseWorker>(element_, options, &counts_,
                                                      std::make_shared<MiddleEstimator>(&looks_));
        worker_->configure(info_);
    }

    void TearDown() override
    {
        worker_.reset();
        if (element_ != nullptr)
            gst_object_unref(element_);
    }

    /** \brief What the worker makes of a frame with these persons */
    std::vector<Person> process(const std::vector<Person> &persons, Nanoseconds time = 0)
    {
        GstBuffer *buffer = gst_buffer_new_allocate(nullptr, info_.size, nullptr);
        gst_buffer_memset(buffer, 0, 128, info_.size);
        fovea::set_persons(fovea_meta_ensure(buffer), persons);
        fovea::Frame frame;
        frame.element = element_;
        frame.buffer = buffer;
        frame.info = &info_;
        frame.time = time;
        worker_->process(frame);
        std::vector<Person> made = fovea::persons_from(*fovea_meta_get(buffer));
        gst_buffer_unref(buffer);
        return made;
    }

    GstElement *element_ = nullptr;
    GstVideoInfo info_ = {};
    fovea::WorkCounts counts_;
    std::vector<std::size_t> looks_; ///< crops of each
    std::unique_ptr<fovea::PoseWorker> worker_;
};

TEST_F(PoseWorkerTest, FindsTheKeypointsOfWhomIsFollowed)
{
    start({});
    const auto made = process(
        {numbered_person(3, {0.4F, 0.2F, 0.1F, 0.6F}), numbered_person(-1, {0, 0, 0.2F, 1})});
    ASSERT_EQ(looks_, (std::vector<std::size_t>{1}));
    ASSERT_TRUE(made[0].pose);
    EXPECT_NEAR(made[0].pose->front().x, 0.45F, 1e-5) << "the middle of the box";
    EXPECT_NEAR(made[0].pose->front().y, 0.5F, 1e-5);
    EXPECT_EQ(made[0].pose->front().confidence, 0.75F);
    // the crop: 1.25 x 60 pixels around (90, 50)
    EXPECT_NEAR(made[0].pose->at(1).x, (90 - 37.5) / width, 1e-5);
    EXPECT_NEAR(made[0].pose->at(1).y, (50 - 37.5) / height, 1e-5);
    EXPECT_FALSE(made[1].pose) << "no track id";
}

TEST_F(PoseWorkerTest, TheLargestAreLookedAt)
{
    KeypointOptions options;
    options.most = 2;
    start(options);
    const auto made =
        process({numbered_person(0, {0, 0, 0.1F, 0.3F}), numbered_person(1, {0.2F, 0, 0.4F, 0.2F}),
                 numbered_person(2, {0.5F, 0, 0.1F, 0.5F})});
    EXPECT_EQ(looks_, (std::vector<std::size_t>{2}));
    EXPECT_FALSE(made[0].pose) << "30 pixels";
    EXPECT_TRUE(made[1].pose) << "80 pixels wide";
    EXPECT_TRUE(made[2].pose) << "50 pixels";
}

TEST_F(PoseWorkerTest, WhoIsTooSmallIsNotLookedAt)
{
    start({});
    EXPECT_FALSE(process({numbered_person(0, {0, 0, 0.1F, 0.24F})})[0].pose) << "24 of 25 pixels";
    EXPECT_TRUE(
        process({numbered_person(0, {0, 0, 0.1F, 0.24F}), numbered_person(1, {0, 0, 0.1F, 0.26F})})
            .size() == 2);
    EXPECT_EQ(counts_.processed, 1U);
}

TEST_F(PoseWorkerTest, BetweenLooksKeypointsGoWithTheBoxForASecond)
{
    start({});
    process({numbered_person(3, {0.4F, 0.2F, 0.1F, 0.6F})});
    const auto moved =
        process({numbered_person(3, {0.6F, 0.2F, 0.2F, 0.6F}, /*detected=*/false)}, 100'000'000);
    EXPECT_EQ(looks_.size(), 1U);
    ASSERT_TRUE(moved[0].pose);
    EXPECT_NEAR(moved[0].pose->front().x, 0.7F, 1e-5);
    EXPECT_NEAR(moved[0].pose->front().y, 0.5F, 1e-5);
    const auto late = process({numbered_person(3, {0.6F, 0.2F, 0.2F, 0.6F}, false)}, 1'100'000'000);
    EXPECT_FALSE(late[0].pose);
}

TEST_F(PoseWorkerTest, LooksAtEverySecondFrameOfTheDetector)
{
    start({});
    for (int i = 0; i < 12; ++i) // the detector sees every third frame: 0, 3, 6, 9
        process({numbered_person(0, {0, 0, 0.2F, 1}, i % 3 == 0)}, i * 40'000'000);
    EXPECT_EQ(looks_.size(), 2U);
    worker_->reset();
    process({numbered_person(0, {0, 0, 0.2F, 1})});
    EXPECT_EQ(looks_.size(), 3U) << "at once after a reset";
}

TEST_F(PoseWorkerTest, AFrameWithoutPersonsPasses)
{
    start({});
    EXPECT_TRUE(process({}).empty());
    EXPECT_TRUE(looks_.empty());
}

} // namespace
