// SPDX-License-Identifier: MIT
#include "fovea/nn/mean_classifier.h"

#include "fovea/core/errors.h"
#include "fovea/nn/shared_batch.h"

namespace fovea::nn {

at::Tensor classify_mean(torch::nn::Linear &fc, const at::Tensor &map, bool training,
                         const std::string &architecture)
{
    constexpr double dropped = 0.5;
    if (!fc)
        throw Error(Error::Kind::Settings,
                    architecture + ": logits asked of a network made without classes");
    const at::Tensor pooled = map.mean({3, 4}).mean(2);
    return fc->forward(nn::dropout(pooled, dropped, training)).unsqueeze(2);
}

} // namespace fovea::nn
