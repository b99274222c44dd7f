// SPDX-License-Identifier: MIT
#pragma once

#include <ATen/ATen.h>

namespace fovea::nn {

/**
 * \brief What find_frame_flow() sees between the frames of clips, on any device, by the processor; no gradient
 * \param clips [N, C, T, H, W] in [-1, 1] \return [N, 2, T - 1, H, W], of their type
 */
at::Tensor flow_of_clips(const at::Tensor &clips);

} // namespace fovea::nn
