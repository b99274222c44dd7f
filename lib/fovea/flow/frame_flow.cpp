// SPDX-License-Identifier: MIT
#include "fovea/flow/frame_flow.h"

#include <algorithm>
#include <cmath>

#include <opencv2/core.hpp>
#include <opencv2/video/tracking.hpp>

namespace fovea {

namespace {

constexpr float bound = 15; // pixels
constexpr float flow_gain = 0.2F;
constexpr int finest_scale = 1; // at the size of the picture it takes four times as long
constexpr int refinements = 5;

cv::Mat grey(const float *pixels, ImageSize size, std::int64_t channels)
{
    cv::Mat levels(size.height, size.width, CV_8U);
    std::uint8_t *to = levels.data;
    const float per_sum = 127.5F / static_cast<float>(channels);
    for (std::size_t i = 0; i < levels.total(); ++i, pixels += channels) {
        float sum = 0;
        for (std::int64_t c = 0; c < channels; ++c)
            sum += pixels[c];
        to[i] = static_cast<std::uint8_t>(
            std::lround(std::clamp(per_sum * sum + 127.5F, 0.0F, 255.0F)));
    }
    return levels;
}

/** \brief A new one: it holds what it works on, and a small picture changes its settings */
cv::Ptr<cv::DISOpticalFlow> make_search()
{
    auto search = cv::DISOpticalFlow::create(cv::DISOpticalFlow::PRESET_FAST);
    search->setFinestScale(finest_scale);
    search->setVariationalRefinementIterations(refinements);
    return search;
}

} // namespace

void find_frame_flow(const float *frames, std::int64_t steps, ImageSize size, std::int64_t channels,
                     float *flow)
{
    const auto pixels = static_cast<std::int64_t>(size.height) * size.width;
    const auto search = make_search();
    cv::Mat before = grey(frames, size, channels);
    for (std::int64_t step = 0; step < steps; ++step) {
        frames += pixels * channels;
        const cv::Mat now = grey(frames, size, channels);
        cv::Mat moved; // a new one: the search would begin at what is in it
        search->calc(before, now, moved);
        const auto *from = moved.ptr<float>();
        for (std::int64_t i = 0; i < 2 * pixels; ++i)
            *flow++ = flow_gain * std::clamp(from[i], -bound, bound);
        before = now;
    }
}

} // namespace fovea
