// SPDX-License-Identifier: MIT
#include "fovea/nn/picture_views.h"

namespace fovea::nn {

at::Tensor pictures_of(const at::Tensor &clips)
{
    return clips.permute({0, 2, 3, 4, 1}).flatten(0, 1).permute({0, 3, 1, 2});
}

at::Tensor clips_of(const at::Tensor &pictures, std::int64_t frames)
{
    return pictures.permute({0, 2, 3, 1})
        .unflatten(0, {pictures.size(0) / frames, frames})
        .permute({0, 4, 1, 2, 3});
}

} // namespace fovea::nn
