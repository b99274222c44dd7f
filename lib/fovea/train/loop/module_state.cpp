// SPDX-License-Identifier: MIT
#include "fovea/train/loop/module_state.h"

#include <ATen/core/grad_mode.h>
#include <torch/nn/module.h>

namespace fovea {

Weights copy_of(const torch::nn::Module &module)
{
    const at::NoGradGuard no_grad;
    Weights weights;
    for (const auto &entry : module.named_parameters())
        weights.emplace(entry.key(), entry.value().detach().clone());
    for (const auto &entry : module.named_buffers())
        weights.emplace(entry.key(), entry.value().detach().clone());
    return weights;
}

void restore(torch::nn::Module &module, const Weights &weights)
{
    const at::NoGradGuard no_grad;
    for (auto &entry : module.named_parameters())
        entry.value().copy_(weights.at(entry.key()));
    for (auto &entry : module.named_buffers())
        entry.value().copy_(weights.at(entry.key()));
}

void update_average(Weights *average, const torch::nn::Module &module, double decay)
{
    const at::NoGradGuard no_grad;
    const auto update = [&](const std::string &name, const at::Tensor &now) {
        at::Tensor &mean = average->at(name);
        if (mean.is_floating_point())
            mean.lerp_(now, 1 - decay); // what is fixed stays to the bit
        else
            mean.copy_(now);
    };
    for (const auto &entry : module.named_parameters())
        update(entry.key(), entry.value().detach());
    for (const auto &entry : module.named_buffers())
        update(entry.key(), entry.value());
}

Weights weights_on(at::Device device, const Weights &weights)
{
    Weights moved;
    for (const auto &[name, tensor] : weights)
        moved.emplace(name, tensor.to(device));
    return moved;
}

} // namespace fovea
