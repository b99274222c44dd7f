// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <vector>

#include "features/region_clips.h"
#include "fovea/video/cuda_frame_to_tensor.h"

namespace fovea {

/** \brief RegionClips of frames in memory:CUDAMemory: the frames stay on the GPU */
class GpuClips
{
public:
    explicit GpuClips(const FrameToTensor::Options &input) : size_(input.size), to_tensor_(input) {}

    static bool holds(const HeldFrame &frame);

    /** \param clips [count, 3, frames, height, width], to be written */
    void cut(const std::vector<HeldFrame> &clip, const Region *regions, std::size_t count,
             Array *clips);

private:
    ImageSize size_;
    CudaFrameToTensor to_tensor_;
};

} // namespace fovea
