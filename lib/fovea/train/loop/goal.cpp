// SPDX-License-Identifier: MIT
#include "fovea/train/loop/goal.h"

#include <optional>

#include <ATen/core/grad_mode.h>

#include "fovea/train/data/batch_loader.h"

namespace fovea {

double mean_loss(
    Classifier &student, const SampleSource &source, int at_once, const std::function<bool()> &stop,
    const std::function<double(const at::Tensor &inputs, const at::Tensor &labels)> &loss_of)
{
    const at::NoGradGuard no_grad;
    student.set_training(false);
    const at::Device device = student.device();
    BatchLoader loader(source, at_once, /*ahead=*/2);
    loader.begin(0);
    double loss = 0;
    double count = 0;
    while (const std::optional<Batch> batch = loader.next()) {
        if (stop && stop())
            return loss;
        for (std::size_t i = 0; i < batch->inputs.size(); ++i)
            loss += loss_of(batch->inputs[i].to(device), batch->labels[i]);
        count += static_cast<double>(batch->size());
    }
    return count > 0 ? loss / count : loss;
}

} // namespace fovea
