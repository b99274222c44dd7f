// SPDX-License-Identifier: MIT
#pragma once

#include <torch/nn/module.h>

namespace fovea::nn {

/** \brief Keeps a network in eval mode while it lives, then puts it back */
class EvalMode
{
public:
    explicit EvalMode(torch::nn::Module &network)
        : network_(network), training_(network.is_training())
    {
        network_.eval();
    }

    ~EvalMode() { network_.train(training_); }

    EvalMode(const EvalMode &) = delete;
    EvalMode &operator=(const EvalMode &) = delete;

private:
    torch::nn::Module &network_;
    bool training_;
};

} // namespace fovea::nn
