// SPDX-License-Identifier: MIT
#include "fovea/flow/flow_pictures.h"

#include <algorithm>
#include <cmath>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/video/tracking.hpp>
#ifdef FOVEA_TVL1
#include <opencv2/optflow.hpp>
#endif

#include "fovea/core/geometry.h"
#include "fovea/video/frame_to_tensor.h"

namespace fovea {

namespace {

constexpr int short_side = 256; // pixels; this and the bound are those of the public code
constexpr float bound = 20;     // pixels

int scaled(int side, int shorter)
{
    return side == shorter ? short_side
                           : 2 * static_cast<int>(std::lround(0.5 * side * short_side / shorter));
}

cv::Mat grey(const FrameView &frame)
{
    RgbImage image = to_rgb(frame, whole_frame, flow_size({frame.width, frame.height}));
    const cv::Mat colours(image.size.height, image.size.width, CV_8UC3, image.pixels.data());
    cv::Mat grey;
    cv::cvtColor(colours, grey, cv::COLOR_RGB2GRAY);
    return grey;
}

} // namespace

ImageSize flow_size(ImageSize frame)
{
    const int shorter = std::max(1, std::min(frame.width, frame.height));
    return {scaled(frame.width, shorter), scaled(frame.height, shorter)};
}

FrameView view_of(const RgbImage &image)
{
    FrameView view;
    view.format = PixelFormat::RGB;
    view.width = image.size.width;
    view.height = image.size.height;
    view.planes = {image.pixels.data(), nullptr, nullptr};
    view.strides = {3 * image.size.width, 0, 0};
    return view;
}

std::uint8_t flow_byte(float pixels)
{
    return static_cast<std::uint8_t>((std::clamp(pixels, -bound, bound) + bound) / (2 * bound) *
                                     255);
}

namespace {

cv::Ptr<cv::DenseOpticalFlow> search_by(FlowMethod method)
{
    check_flow(Modality::Flow, method);
#ifdef FOVEA_TVL1
    if (method == FlowMethod::TvL1)
        return cv::optflow::createOptFlow_DualTVL1();
#endif
    return cv::DISOpticalFlow::create(cv::DISOpticalFlow::PRESET_MEDIUM);
}

} // namespace

struct FlowPictures::State {
    cv::Ptr<cv::DenseOpticalFlow> search;
    cv::Mat before; ///< empty: none
};

FlowPictures::FlowPictures(FlowMethod method)
    : state_(std::make_unique<State>(State{search_by(method), {}}))
{
}

FlowPictures::~FlowPictures() = default;

RgbImage FlowPictures::next(const FrameView &frame)
{
    const cv::Mat now = grey(frame);
    cv::Mat flow; // a new one: the search would begin at what is in it
    if (state_->before.size() == now.size())
        state_->search->calc(state_->before, now, flow);
    else
        flow = cv::Mat::zeros(now.size(), CV_32FC2);
    state_->before = now;

    RgbImage picture{{now.cols, now.rows}, std::vector<std::uint8_t>(3 * now.total())};
    std::uint8_t *out = picture.pixels.data();
    for (int y = 0; y < now.rows; ++y) {
        const auto *moved = flow.ptr<cv::Point2f>(y);
        for (int x = 0; x < now.cols; ++x, out += 3) {
            out[0] = flow_byte(moved[x].x);
            out[1] = flow_byte(moved[x].y);
        }
    }
    return picture;
}

void FlowPictures::restart()
{
    state_->before.release();
}

} // namespace fovea
