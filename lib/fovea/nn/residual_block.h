// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <torch/nn/modules/batchnorm.h>

#include "fovea/nn/attention.h"
#include "fovea/nn/convolution.h"
#include "fovea/nn/shared_batch.h"

namespace fovea::nn {

/** \brief What a block does over time before its first convolution */
enum class TemporalMixing {
    None,
    Shift,      ///< TSM: the first convolution's weights are then `conv1.net.weight`
    Aggregation ///< TAM: parameters under `tam`
};

/** \brief Eps and momentum of a BatchNorm */
struct NormOptions {
    double eps = 1e-5;
    double momentum = 0.1;
};

/** \brief One convolution of a block with its names */
struct BlockConvolution {
    std::string name; ///< `conv1`, ...
    std::string norm; ///< `bn1`, ...
    ConvolutionOptions options;
};

/** \brief A block as data */
struct BlockOptions {
    /** \brief How the two middle convolutions of a pseudo-3D block, S in space and T in time, meet */
    enum class Middle {
        Serial,        ///< one after the other; any other block as well
        Parallel,      ///< S(x) + T(x)
        SerialAndSpace ///< S(x) + T(S(x))
    };

    std::vector<BlockConvolution> convolutions; ///< ReLU after each but the last
    Middle middle = Middle::Serial;
    NormOptions norm;
    TemporalMixing mixing = TemporalMixing::None;
    bool downsample = false; ///< a 1x1x1 convolution and BatchNorm (eps 1e-5) on the way around
    Size3 stride = {1, 1, 1};
    AttentionOptions attention; ///< empty name: none
    Size3 map = {};             ///< size of the block's output, for attention
};

/**
 * \brief ReLU(attention(convolutions(mixing(x))) + way around(x)); of attention that follows_block()
 * attention(ReLU(convolutions(mixing(x)) + way around(x)))
 */
class ResidualBlock final : public torch::nn::Module
{
public:
    explicit ResidualBlock(const BlockOptions &options);

    /** \param mask as Attention::forward */
    at::Tensor forward(const at::Tensor &x, at::Tensor *mask = nullptr);

    /** \brief The block as Layer::describe has it; attention stays a LibTorch layer */
    Graph::Value describe(Graph &graph, Graph::Value x, const std::string &name);

private:
    struct Step {
        std::shared_ptr<Convolution> convolution;
        torch::nn::BatchNorm3d norm = nullptr;

        at::Tensor forward(const at::Tensor &x)
        {
            return nn::batch_norm(norm, convolution->forward(x));
        }

        Node describe(bool relu) const;
    };

    Step make_step(const BlockConvolution &plan, bool inside_net);
    at::Tensor convolve(const at::Tensor &x);
    Graph::Value describe_convolutions(Graph &graph, Graph::Value x, const std::string &name);
    Graph::Value describe_attention(Graph &graph, Graph::Value x, const std::string &name);
    at::Tensor around(const at::Tensor &x);

    BlockOptions options_;
    std::vector<Step> steps_;
    std::shared_ptr<Layer> aggregation_; ///< null but for Aggregation
    std::shared_ptr<Attention> attention_;
    Step downsample_;
};

} // namespace fovea::nn
