// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <vector>

#include <torch/nn/module.h>

#include "fovea/nn/graph.h"
#include "fovea/nn/picture_trunk.h"

namespace fovea::nn {

class PictureConvolution;
class SeparableConvolution;

/**
 * \brief The architecture `keypoints`: a small network that makes MoveNet's maps, in a twentieth of its work
 *
 * RGB in [-1, 1], N,3,H,W, sides that 32 divides, made for 128 x 128; maps of a quarter of height and width.
 * PictureTrunk down to a 32nd, from there up again with what lay on the way (Lin et al. 2017, feature pyramids), as
 * MoveNet has it.
 */
class KeypointNetwork final : public torch::nn::Module
{
public:
    KeypointNetwork();

    /** \return all maps one behind the other, [N, 86, H/4, W/4], in the order of PoseMap */
    at::Tensor forward(const at::Tensor &pictures);

    /** \brief What it computes in eval mode, of clips of one frame; its outputs are the maps of PoseMap */
    Graph graph();

private:
    PictureTrunk down_;
    std::vector<std::shared_ptr<PictureConvolution>> laterals_; ///< to the width of the way up
    std::vector<std::shared_ptr<SeparableConvolution>>
        joined_; ///< behind the sum with what comes from below; none at the lowest
    std::shared_ptr<SeparableConvolution> trunk_; ///< what all maps are made from
    std::vector<std::shared_ptr<PictureConvolution>> maps_;
};

} // namespace fovea::nn
