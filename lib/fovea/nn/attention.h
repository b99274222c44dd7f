#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "fovea/nn/attention_options.h"
#include "fovea/nn/names.h"
#include "fovea/nn/unit3d.h"

namespace fovea::nn {

/** \brief A module that weighs a feature map and leaves its shape alone */
class Attention : public torch::nn::Module
{
public:
    /**
     * \param x [N, C, T, H, W]
     * \param mask if not null: where it looked, [N, 1, T, H, W] in [0, 1]; left alone by modules
     * that have no such mask
     * \return as x
     */
    virtual at::Tensor forward(const at::Tensor &x, at::Tensor *mask) = 0;
};

/**
 * \param size of the map (T, H, W): sta is tied to it
 * \throw Error Settings for an unknown name or variant, listing those known
 */
std::shared_ptr<Attention> make_attention(const AttentionOptions &options, std::int64_t channels,
                                          const Size3 &size);

/** \brief True when the module is made for one size of its input */
bool attention_is_tied(const std::string &name);

} // namespace fovea::nn
