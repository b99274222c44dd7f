// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "fovea/flow/frame_flow.h"

namespace fovea {

namespace {

constexpr ImageSize size = {96, 64};
constexpr std::int64_t pixels = std::int64_t{96} * 64;

/** \brief Soft waves that have moved by so much, in three channels whose mean they are */
std::vector<float> waves(double right, double down)
{
    std::vector<float> frame;
    for (int y = 0; y < size.height; ++y) {
        for (int x = 0; x < size.width; ++x) {
            const double level = 0.4 * std::sin((x - right) * 0.35) * std::cos((y - down) * 0.3) +
                                 0.4 * std::sin((x - right) * 0.11 + (y - down) * 0.17);
            for (const double tint : {-0.1, 0.0, 0.1})
                frame.push_back(static_cast<float>(level + tint));
        }
    }
    return frame;
}

struct Middle {
    double x = 0;
    double y = 0;
};

/** \brief The median of what is found away from the border, in pixels */
Middle middle_of(const float *flow)
{
    std::vector<float> x;
    std::vector<float> y;
    for (int row = 12; row < size.height - 12; ++row) {
        for (int column = 12; column < size.width - 12; ++column) {
            const float *at = flow + 2 * (row * size.width + column);
            x.push_back(at[0] * 5);
            y.push_back(at[1] * 5);
        }
    }
    const auto median = [](std::vector<float> values) {
        std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
        return static_cast<double>(values[values.size() / 2]);
    };
    return {median(x), median(y)};
}

TEST(FrameFlow, IsHowFarPixelsMoveFromEachFrameToTheNext)
{
    std::vector<float> frames = waves(0, 0);
    for (const auto &[right, down] :
         {std::pair(2.0, -1.0), std::pair(2.0, -1.0), std::pair(-1.5, 2.0)}) {
        const std::vector<float> next = waves(right, down);
        frames.insert(frames.end(), next.begin(), next.end());
    }
    std::vector<float> flow(3 * 2 * pixels);
    find_frame_flow(frames.data(), /*steps=*/3, size, /*channels=*/3, flow.data());
    const Middle first = middle_of(flow.data());
    EXPECT_NEAR(first.x, 2, 0.1);
    EXPECT_NEAR(first.y, -1, 0.1);
    EXPECT_EQ(std::count(flow.begin() + 2 * pixels, flow.begin() + 4 * pixels, 0.0F), 2 * pixels)
        << "the same frame again";
    const Middle last = middle_of(flow.data() + 4 * pixels);
    EXPECT_NEAR(last.x, -3.5, 0.2);
    EXPECT_NEAR(last.y, 3, 0.2);
}

TEST(FrameFlow, IsCutOffAtFifteenPixels)
{
    std::vector<float> frames = waves(0, 0);
    const std::vector<float> next = waves(31, 17);
    frames.insert(frames.end(), next.begin(), next.end());
    std::vector<float> flow(2 * pixels);
    find_frame_flow(frames.data(), /*steps=*/1, size, /*channels=*/3, flow.data());
    const auto [least, most] = std::minmax_element(flow.begin(), flow.end());
    EXPECT_GE(*least, -3.0F);
    EXPECT_LE(*most, 3.0F);
}

TEST(FrameFlow, OfSmallPicturesIsFoundToo)
{
    for (const int side : {16, 32}) {
        const std::vector<float> frames(static_cast<std::size_t>(2 * side * side), 0.25F);
        std::vector<float> flow(static_cast<std::size_t>(2 * side * side), 1);
        find_frame_flow(frames.data(), /*steps=*/1, {side, side}, /*channels=*/1, flow.data());
        EXPECT_EQ(flow, std::vector<float>(flow.size(), 0)) << side;
    }
}

} // namespace

} // namespace fovea
