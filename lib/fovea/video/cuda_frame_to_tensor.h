// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "fovea/video/frame_to_tensor.h"

namespace fovea {

/** \brief GPUs that CUDA sees; 0 too where there is no driver */
int cuda_device_count();

/**
 * \brief FrameToTensor for frames in a GPU's memory: all regions of a frame in one kernel
 *
 * Only the resized regions cross the bus, never the frame. One instance serves one thread and one
 * CUDA context, that which is current in its calls.
 */
class CudaFrameToTensor
{
public:
    /** \throw Error Settings as FrameToTensor */
    explicit CudaFrameToTensor(const FrameToTensor::Options &options);
    ~CudaFrameToTensor();
    CudaFrameToTensor(const CudaFrameToTensor &) = delete;
    CudaFrameToTensor &operator=(const CudaFrameToTensor &) = delete;

    /**
     * \param frame its planes are addresses on the GPU
     * \param out on the host: region r as FrameToTensor writes it at out + r * region_stride
     * \throw Error Settings as FrameToTensor, Init with what CUDA says
     */
    void write(const FrameView &frame, const std::vector<Box> &boxes, float *out,
               std::size_t region_stride, std::size_t plane_stride);

private:
    class Buffer;

    FrameToTensor::Options options_;
    std::unique_ptr<Buffer> buffer_;
};

} // namespace fovea
