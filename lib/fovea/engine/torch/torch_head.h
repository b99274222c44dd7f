// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "fovea/engine/activity_head.h"

namespace fovea {

namespace nn {
class Head;
}

/**
 * \brief A head run by LibTorch on the CPU: heads are small
 * \param many_labels scores are sigmoids: any number of classes at once
 */
std::unique_ptr<ActivityHead> make_torch_head(std::shared_ptr<nn::Head> head,
                                              bool many_labels = false);

} // namespace fovea
