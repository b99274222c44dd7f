// SPDX-License-Identifier: MIT
#include "fovea/nn/multi_label_loss.h"

#include <ATen/core/Reduction.h>

#include "fovea/core/array.h"
#include "fovea/core/errors.h"

namespace fovea::nn {

at::Tensor multi_label_loss(const at::Tensor &logits, const at::Tensor &targets, JointLoss how,
                            const at::Tensor &video)
{
    const bool fits = logits.dim() == 3 && targets.dim() == 3 &&
                      logits.size(0) == targets.size(0) && logits.size(1) == targets.size(1) &&
                      (!video.defined() || video.sizes() == targets.sizes().slice(0, 2));
    if (!fits)
        throw Error(Error::Kind::Settings,
                    "loss: expected logits [N, classes, T_out] and targets [N, classes, T], got " +
                        sizes_text(logits.sizes()) + " and " + sizes_text(targets.sizes()));
    const at::Tensor truth = targets.to(logits.scalar_type());
    const at::Tensor by_frame =
        at::upsample_linear1d(logits, truth.size(2), /*align_corners=*/true);
    const at::Tensor frames =
        at::binary_cross_entropy_with_logits(by_frame, truth, {}, {}, at::Reduction::None);
    const at::Tensor whole = video.defined() ? video.to(truth.scalar_type()) : truth.amax(2);
    const at::Tensor videos =
        at::binary_cross_entropy_with_logits(logits.mean(2), whole, {}, {}, at::Reduction::None);
    if (how == JointLoss::SumOfMeans)
        return frames.mean() + videos.mean();
    return (frames.sum() + videos.sum()) / static_cast<double>(frames.numel() + videos.numel());
}

} // namespace fovea::nn
