// SPDX-License-Identifier: MIT
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

/**
 * \brief Which of a network's stages attend: those that the card names, else the module's own choice
 * \param stages of the network, in order
 * \param late the stage that sta and non-local choose; the others choose all
 * \return in the network's order; empty without attention
 * \throw Error Settings for a stage that is not the network's, listing those that are
 */
std::vector<std::string> attending_stages(const AttentionOptions &options,
                                          const std::string &network,
                                          const std::vector<std::string> &stages,
                                          const std::string &late);

/** \throw Error Settings when the module is tied to the size of clips, and \a got is another */
void check_tied_clip(const AttentionOptions &options, const std::string &network,
                     const Size3 &expected, const Size3 &got);

/**
 * \brief Whether a residual block of a stage has the module; non-local is in every other one, from the first
 *
 * Source: Wang et al., Non-local Neural Networks, section 4.2; ops/non_local.py of
 * mit-han-lab/temporal-shift-module
 */
bool attends_block(const AttentionOptions &options, std::size_t block);

/** \brief Whether it sees what a residual block gives (non-local), not what is added to the way around */
bool follows_block(const AttentionOptions &options);

/** \brief Name of the child module of a block that attends: "non-local" is non_local */
std::string attention_child(const AttentionOptions &options);

} // namespace fovea::nn
