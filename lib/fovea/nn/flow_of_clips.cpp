// SPDX-License-Identifier: MIT
#include "fovea/nn/flow_of_clips.h"

#include <ATen/Parallel.h>

#include "fovea/flow/frame_flow.h"

namespace fovea::nn {

at::Tensor flow_of_clips(const at::Tensor &clips)
{
    const at::Tensor frames = // [N, T, H, W, C]
        clips.detach().to(at::kCPU, at::kFloat).permute({0, 2, 3, 4, 1}).contiguous();
    const std::int64_t steps = frames.size(1) - 1;
    const ImageSize size = {static_cast<int>(frames.size(3)), static_cast<int>(frames.size(2))};
    const at::Tensor flow =
        at::empty({frames.size(0), steps, frames.size(2), frames.size(3), 2}, at::kFloat);
    const auto *from = frames.data_ptr<float>();
    auto *to = flow.data_ptr<float>();
    at::parallel_for(0, frames.size(0), /*grain_size=*/1,
                     [&](std::int64_t begin, std::int64_t end) {
                         for (std::int64_t n = begin; n < end; ++n)
                             find_frame_flow(from + n * frames.stride(0), steps, size,
                                             frames.size(4), to + n * flow.stride(0));
                     });
    return flow.permute({0, 4, 1, 2, 3}).to(clips.device(), clips.scalar_type());
}

} // namespace fovea::nn
