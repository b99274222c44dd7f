// SPDX-License-Identifier: MIT
#include <cuda_runtime.h>
#include <gtest/gtest.h>

#include "fovea/video/cuda_frame_to_tensor.h"
#include "reference_frame.h"

namespace {

/** The planes of a frame on the GPU */
class OnGpu
{
public:
    explicit OnGpu(const fovea::FrameView &frame) : view(frame)
    {
        for (std::size_t i = 0; i < view.planes.size() && frame.planes[i] != nullptr; ++i) {
            const auto bytes =
                static_cast<std::size_t>(frame.strides[i]) *
                static_cast<std::size_t>(i == 0 ? frame.height : (frame.height + 1) / 2);
            EXPECT_EQ(cudaMalloc(&planes_[i], bytes), cudaSuccess);
            cudaMemcpy(planes_[i], frame.planes[i], bytes, cudaMemcpyHostToDevice);
            view.planes[i] = static_cast<const std::uint8_t *>(planes_[i]);
        }
    }

    ~OnGpu()
    {
        for (void *plane : planes_)
            cudaFree(plane);
    }

    OnGpu(const OnGpu &) = delete;
    OnGpu &operator=(const OnGpu &) = delete;

    fovea::FrameView view;

private:
    std::array<void *, 3> planes_ = {};
};

class CudaFrameToTensor : public testing::TestWithParam<fovea::PixelFormat>
{
protected:
    void SetUp() override
    {
        if (fovea::cuda_device_count() == 0)
            GTEST_SKIP() << "there is no CUDA GPU on this machine";
    }
};

TEST_P(CudaFrameToTensor, WritesWhatFrameToTensorWritesForEveryRegion)
{
    const fovea::test::Frame frame(GetParam(), {854, 480}, fovea::test::Content::Noise);
    const OnGpu on_gpu(frame.view);
    const fovea::FrameToTensor::Options options = {{224, 224}, fovea::Interpolation::Area, {}};
    std::vector<fovea::Box> boxes;
    for (int i = 0; i < 70; ++i) // more than one launch holds
        boxes.push_back({0.01F * static_cast<float>(i % 50), 0.1F, 0.4F, 0.6F});
    constexpr std::size_t plane = 224 * 224;
    constexpr std::size_t plane_stride = plane + 8;
    std::vector<float> got(boxes.size() * 3 * plane_stride);
    fovea::CudaFrameToTensor(options).write(on_gpu.view, boxes, got.data(), 3 * plane_stride,
                                            plane_stride);
    std::vector<float> expected(3 * plane_stride);
    fovea::FrameToTensor to_tensor(options);
    for (std::size_t r = 0; r < boxes.size(); ++r) {
        to_tensor.write(frame.view, boxes[r], expected.data(), plane_stride);
        for (std::size_t i = 0; i < expected.size(); ++i)
            ASSERT_NEAR(got[r * 3 * plane_stride + i], expected[i], 1e-4) << r << ", " << i;
    }
}

INSTANTIATE_TEST_SUITE_P(Formats, CudaFrameToTensor,
                         testing::Values(fovea::PixelFormat::NV12, fovea::PixelFormat::I420,
                                         fovea::PixelFormat::RGBA, fovea::PixelFormat::RGB));

} // namespace
