// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "fovea/nn/graph.h"

namespace fovea::nn {

class InvertedResidual;
class PictureConvolution;

/**
 * \brief What `keypoints` and `eco` see pictures with: inverted residuals (Sandler et al. 2018, MobileNetV2)
 *
 * A stem, then levels that halve height and width, to a quarter, an eighth, a 16th and a 32nd; widths
 * and depths are this project's. Its layers are the owner's, under the same names in each:
 * `stem`, `level0_block0`, ..., so that one network can begin with another's weights.
 */
class PictureTrunk
{
public:
    static constexpr std::size_t most_levels = 4;

    /** \param levels 1 to most_levels: the first ones alone */
    PictureTrunk(torch::nn::Module &owner, std::size_t levels);

    /** \brief Channels behind a level */
    static std::int64_t width(std::size_t level);

    /** \param pictures RGB in [-1, 1], N,3,H,W, sides that the last level divides \return behind each level */
    std::vector<at::Tensor> forward(const at::Tensor &pictures) const;

    /** \brief Likewise, in a graph \param prefix of the layers' names */
    std::vector<Graph::Value> describe(Graph &graph, Graph::Value pictures,
                                       const std::string &prefix = "") const;

private:
    using Level = std::vector<std::shared_ptr<InvertedResidual>>;

    std::shared_ptr<PictureConvolution> stem_;
    std::vector<Level> levels_;
};

} // namespace fovea::nn
