// SPDX-License-Identifier: MIT
#include "fovea/video/cuda_frame_to_tensor.h"

#include <algorithm>
#include <string>

#include <cuda_runtime.h>

#include "fovea/core/errors.h"
#include "fovea/video/pixel_kernel.h"

namespace fovea {

namespace {

constexpr int block_side = 16;
constexpr std::size_t most_regions = 64; ///< of a launch: they travel as its arguments

struct Rects {
    PixelRect at[most_regions];
};

__global__ void write_regions(PixelKernel kernel, Rects rects, float *out)
{
    const int x = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x);
    const int y = static_cast<int>(blockIdx.y * blockDim.y + threadIdx.y);
    const std::size_t plane = static_cast<std::size_t>(kernel.size.width) * kernel.size.height;
    if (x < kernel.size.width && y < kernel.size.height)
        kernel.write(rects.at[blockIdx.z], x, y, out + 3 * plane * blockIdx.z, plane);
}

void check(cudaError_t status, const char *what)
{
    if (status != cudaSuccess)
        throw Error(Error::Kind::Init, std::string("CUDA: ") + what + ": " +
                                           cudaGetErrorString(status) +
                                           "; check the GPU with nvidia-smi, or put cudadownload "
                                           "before this element");
}

} // namespace

int cuda_device_count()
{
    int count = 0;
    return cudaGetDeviceCount(&count) == cudaSuccess ? count : 0;
}

class CudaFrameToTensor::Buffer
{
public:
    ~Buffer() { cudaFree(values_); }

    float *reserve(std::size_t count)
    {
        if (count > count_) {
            cudaFree(values_);
            values_ = nullptr;
            count_ = 0;
            check(cudaMalloc(&values_, count * sizeof(float)), "no memory for the regions");
            count_ = count;
        }
        return values_;
    }

private:
    float *values_ = nullptr;
    std::size_t count_ = 0;
};

CudaFrameToTensor::CudaFrameToTensor(const FrameToTensor::Options &options)
    : options_(options), buffer_(std::make_unique<Buffer>())
{
    FrameToTensor checked(options); // its size
}

CudaFrameToTensor::~CudaFrameToTensor() = default;

void CudaFrameToTensor::write(const FrameView &frame, const std::vector<Box> &boxes, float *out,
                              std::size_t region_stride, std::size_t plane_stride)
{
    const PixelKernel kernel = make_pixel_kernel(frame, options_);
    const std::size_t plane =
        static_cast<std::size_t>(options_.size.width) * options_.size.height;
    float *regions = buffer_->reserve(std::min(boxes.size(), most_regions) * 3 * plane);
    const dim3 block(block_side, block_side);
    for (std::size_t begin = 0; begin < boxes.size(); begin += most_regions) {
        const std::size_t count = std::min(most_regions, boxes.size() - begin);
        Rects rects;
        for (std::size_t i = 0; i < count; ++i)
            rects.at[i] = pixels_under(boxes[begin + i], {frame.width, frame.height});
        const dim3 grid((options_.size.width + block_side - 1) / block_side,
                        (options_.size.height + block_side - 1) / block_side,
                        static_cast<unsigned>(count));
        write_regions<<<grid, block, 0, cudaStreamPerThread>>>(kernel, rects, regions);
        check(cudaGetLastError(), "the regions cannot be cut");
        for (std::size_t i = 0; i < count; ++i)
            check(cudaMemcpy2DAsync(out + (begin + i) * region_stride,
                                    plane_stride * sizeof(float), regions + 3 * i * plane,
                                    plane * sizeof(float), plane * sizeof(float), 3,
                                    cudaMemcpyDeviceToHost, cudaStreamPerThread),
                  "the regions cannot be fetched");
        check(cudaStreamSynchronize(cudaStreamPerThread), "the regions cannot be fetched");
    }
}

} // namespace fovea
