// SPDX-License-Identifier: MIT
// Milliseconds a frame of FrameToTensor, and of the OpenCV chain that does the same: cvtColor of
// the whole frame, crop, resize, convertTo, split. One thread each.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <limits>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "fovea/video/frame_to_tensor.h"

namespace {

struct Case {
    const char *name;
    fovea::PixelFormat format;
    int width;
    int height;
    std::vector<fovea::Box> boxes;
    fovea::FrameToTensor::Options options;
};

/** Noise, so that no branch is predictable; planes follow each other without padding */
cv::Mat random_yuv(int width, int height)
{
    cv::Mat yuv(height * 3 / 2, width, CV_8UC1);
    cv::theRNG().state = 1;
    cv::randu(yuv, 0, 256);
    return yuv;
}

fovea::FrameView view_of(const cv::Mat &yuv, const Case &test)
{
    fovea::FrameView frame;
    frame.format = test.format;
    frame.width = test.width;
    frame.height = test.height;
    const std::uint8_t *chroma = yuv.ptr(test.height);
    frame.planes = {yuv.data, chroma, chroma + test.width * test.height / 4};
    const bool nv12 = test.format == fovea::PixelFormat::NV12;
    frame.strides = {test.width, nv12 ? test.width : test.width / 2, test.width / 2};
    return frame;
}

/** The best of many runs: what the code needs when the machine does nothing else */
class BestTime
{
public:
    void run(const std::function<void()> &work)
    {
        using Clock = std::chrono::steady_clock;
        const auto start = Clock::now();
        work();
        const std::chrono::duration<double, std::milli> took = Clock::now() - start;
        best_ = std::min(best_, took.count());
    }

    double milliseconds() const { return best_; }

private:
    double best_ = std::numeric_limits<double>::infinity();
};

class Ours
{
public:
    Ours(const Case &test, const cv::Mat &yuv)
        : frame_(view_of(yuv, test)),
          boxes_(test.boxes),
          plane_(static_cast<std::size_t>(test.options.size.width) *
                 static_cast<std::size_t>(test.options.size.height)),
          out_(3 * plane_ * boxes_.size()),
          converter_(test.options)
    {
    }

    void operator()()
    {
        float *to = out_.data();
        for (const fovea::Box &box : boxes_) {
            converter_.write(frame_, box, to, plane_);
            to += 3 * plane_;
        }
    }

private:
    fovea::FrameView frame_;
    std::vector<fovea::Box> boxes_;
    std::size_t plane_;
    std::vector<float> out_;
    fovea::FrameToTensor converter_;
};

class OpenCv
{
public:
    OpenCv(const Case &test, const cv::Mat &yuv)
        : yuv_(yuv),
          boxes_(test.boxes),
          code_(test.format == fovea::PixelFormat::NV12 ? cv::COLOR_YUV2RGB_NV12
                                                        : cv::COLOR_YUV2RGB_I420),
          size_(test.options.size.width, test.options.size.height),
          interpolation_(test.options.interpolation == fovea::Interpolation::Area
                             ? cv::INTER_AREA
                             : cv::INTER_LINEAR)
    {
    }

    void operator()()
    {
        cv::cvtColor(yuv_, rgb_, code_);
        const auto pixels = [](float share, int all) {
            return cvRound(share * static_cast<float>(all));
        };
        for (const fovea::Box &box : boxes_) {
            const cv::Rect rect(pixels(box.x, rgb_.cols), pixels(box.y, rgb_.rows),
                                pixels(box.width, rgb_.cols), pixels(box.height, rgb_.rows));
            cv::resize(rgb_(rect), resized_, size_, 0, 0, interpolation_);
            resized_.convertTo(floats_, CV_32FC3, 2.0 / 255, -1);
            cv::split(floats_, planes_);
        }
    }

private:
    cv::Mat yuv_;
    std::vector<fovea::Box> boxes_;
    int code_;
    cv::Size size_;
    int interpolation_;
    cv::Mat rgb_;
    cv::Mat resized_;
    cv::Mat floats_;
    std::vector<cv::Mat> planes_;
};

/** The centre square and a 3 x 3 grid of squares of 5/8 its side (Ballan 2021) */
std::vector<fovea::Box> square_and_grid(float width, float height)
{
    const float left = (width - height) / 2;
    std::vector<fovea::Box> boxes = {{left / width, 0, height / width, 1}};
    for (int row = 0; row < 3; ++row)
        for (int column = 0; column < 3; ++column)
            boxes.push_back({(left + height * 3 / 16 * static_cast<float>(column)) / width,
                             3.0F / 16 * static_cast<float>(row), height * 5 / 8 / width,
                             5.0F / 8});
    return boxes;
}

} // namespace

int main()
{
    cv::setNumThreads(1);
    const fovea::Normalisation normalisation = {{2, 2, 2}, {-1, -1, -1}};
    const fovea::FrameToTensor::Options small = {
        {96, 96}, fovea::Interpolation::Area, normalisation};
    const fovea::FrameToTensor::Options large = {
        {224, 224}, fovea::Interpolation::Bilinear, normalisation};
    const std::vector<Case> cases = {
        {"854x480 I420 to 96x96 area", fovea::PixelFormat::I420, 854, 480, {{0, 0, 1, 1}}, small},
        {"1920x1080 NV12 to 96x96 area",
         fovea::PixelFormat::NV12,
         1920,
         1080,
         {{0, 0, 1, 1}},
         small},
        {"854x480 I420 to 10 regions 224x224 bilinear", fovea::PixelFormat::I420, 854, 480,
         square_and_grid(854, 480), large},
    };

    constexpr int runs = 400;
    std::printf("[\n");
    for (const Case &test : cases) {
        const cv::Mat yuv = random_yuv(test.width, test.height);
        Ours ours(test, yuv);
        OpenCv opencv(test, yuv);
        BestTime our_time;
        BestTime opencv_time;
        for (int i = 0; i < runs; ++i) { // in turns: other load on the machine meets both
            our_time.run([&] { ours(); });
            opencv_time.run([&] { opencv(); });
        }
        std::printf("  {\"case\": \"%s\", \"fovea_ms\": %.3f, \"opencv_ms\": %.3f, "
                    "\"opencv_over_fovea\": %.2f}%s\n",
                    test.name, our_time.milliseconds(), opencv_time.milliseconds(),
                    opencv_time.milliseconds() / our_time.milliseconds(),
                    &test == &cases.back() ? "" : ",");
    }
    std::printf("]\n");
    return 0;
}
