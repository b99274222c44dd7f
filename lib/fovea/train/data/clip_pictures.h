// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/ATen.h>

#include "fovea/core/geometry.h"
#include "fovea/train/data/frame_file.h"
#include "fovea/video/frame_to_tensor.h"

namespace fovea {

/** \brief What lies under \a box in \a frames of a video, [3, T, H, W] in [0, 1]: not normalised */
at::Tensor pictures_of(FrameToTensor::Options input, const FrameFile &video,
                       const std::vector<std::int64_t> &frames, const Box &box);

/** \brief The same under a box a frame */
at::Tensor pictures_of(FrameToTensor::Options input, const FrameFile &video,
                       const std::vector<std::int64_t> &frames, const std::vector<Box> &boxes);

/** \brief A clip of pictures_of(), in place */
at::Tensor normalised(at::Tensor clip, const Normalisation &wanted);

/** \brief The same moments in another file of the video, which may keep more of its frames */
std::vector<std::int64_t> frames_in(const FrameFile &other, const FrameFile &video,
                                    std::vector<std::int64_t> frames);

} // namespace fovea
