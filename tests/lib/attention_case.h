// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "fovea/nn/attention.h"

inline bool has(torch::nn::Module &module, const std::string &name)
{
    return module.named_parameters().contains(name);
}

inline fovea::nn::AttentionOptions options_of(const std::string &name,
                                              const std::string &variant = "",
                                              std::int64_t stride = 1)
{
    fovea::nn::AttentionOptions options;
    options.name = name;
    options.variant = variant;
    options.stride = stride;
    return options;
}
