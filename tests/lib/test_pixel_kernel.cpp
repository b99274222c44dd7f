// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "fovea/video/pixel_kernel.h"
#include "reference_frame.h"

namespace {

using fovea::Interpolation;
using fovea::PixelFormat;

class PixelKernel : public testing::TestWithParam<PixelFormat>
{
};

/** What a GPU's threads do, pixel by pixel, is what the CPU does row by row */
TEST_P(PixelKernel, WritesWhatFrameToTensorWrites)
{
    using fovea::Colorimetry;
    const Colorimetry bt709_full = {Colorimetry::Matrix::Bt709, Colorimetry::Range::Full};
    for (const Colorimetry &colorimetry : {fovea::test::bt601, bt709_full}) {
        const fovea::test::Frame frame(GetParam(), {53, 41}, fovea::test::Content::Noise,
                                       colorimetry);
        for (const auto interpolation : {Interpolation::Bilinear, Interpolation::Area}) {
            for (const fovea::ImageSize size : {fovea::ImageSize{17, 12}, {64, 9}, {53, 41}}) {
                const fovea::FrameToTensor::Options options = {
                    size, interpolation, {{2, 1, 3}, {-1, 0, 0.5F}}};
                for (const fovea::Box &box : {fovea::Box{0, 0, 1, 1}, {0.23F, 0.31F, 0.5F, 0.6F}}) {
                    const auto plane = static_cast<std::size_t>(size.width * size.height);
                    std::vector<float> expected(3 * plane);
                    fovea::FrameToTensor(options).write(frame.view, box, expected.data(), plane);
                    std::vector<float> got(3 * plane);
                    const fovea::PixelKernel kernel = fovea::make_pixel_kernel(frame.view, options);
                    const auto rect = fovea::pixels_under(box, {53, 41});
                    for (int y = 0; y < size.height; ++y) {
                        for (int x = 0; x < size.width; ++x)
                            kernel.write(rect, x, y, got.data(), plane);
                    }
                    for (std::size_t i = 0; i < got.size(); ++i)
                        ASSERT_NEAR(got[i], expected[i], 1e-5) << i;
                }
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Formats, PixelKernel,
                         testing::Values(PixelFormat::I420, PixelFormat::NV12, PixelFormat::YUY2,
                                         PixelFormat::RGB, PixelFormat::BGR, PixelFormat::RGBx,
                                         PixelFormat::BGRx, PixelFormat::RGBA, PixelFormat::BGRA,
                                         PixelFormat::GRAY8));

} // namespace
