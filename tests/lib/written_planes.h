// SPDX-License-Identifier: MIT
#pragma once

#include <limits>
#include <vector>

#include "fovea/video/frame_to_tensor.h"

/** \brief What the converter makes of a box of a frame: three planes; NaN where it writes nothing */
inline std::vector<float> written_planes(const fovea::FrameView &frame, const fovea::Box &box,
                                         const fovea::FrameToTensor::Options &options)
{
    const auto plane = static_cast<std::size_t>(options.size.width) *
                       static_cast<std::size_t>(options.size.height);
    std::vector<float> out(3 * plane, std::numeric_limits<float>::quiet_NaN());
    fovea::FrameToTensor(options).write(frame, box, out.data(), plane);
    return out;
}
