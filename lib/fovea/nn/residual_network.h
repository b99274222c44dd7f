// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include <torch/nn/modules/linear.h>

#include "fovea/nn/backbone.h"
#include "fovea/nn/residual_block.h"

namespace fovea::nn {

class AttentionRefinement;

/** \brief A max pool; kernel 0: none */
struct PoolOptions {
    Size3 kernel = {};
    Size3 stride = {};
    Size3 padding = {};

    bool present() const { return kernel[0] > 0; }
};

/** \brief One of the papers' residual networks, as data: what tells them apart */
struct ResidualOptions {
    enum class Block {
        Basic,      ///< two convolutions
        Bottleneck, ///< 1x1, a middle one with the stride, 1x1
        Pseudo3d    ///< 1x1 with the stride, space, time, 1x1; the last stage is flat
    };

    enum class Classifier {
        Linear, ///< of the mean row
        Windows ///< mean over 2 x 7 x 7, dropout, 1x1x1 convolution: as many logits as windows
    };

    std::string name;
    Block block = Block::Bottleneck;
    std::array<int, 4> blocks = {};                           ///< of the stages layer1 .. layer4
    std::array<std::int64_t, 4> widths = {64, 128, 256, 512}; ///< of the stages' middle
    std::int64_t expansion = 4;                               ///< output over width
    std::int64_t groups = 1;                                  ///< of the middle convolution
    std::string stem_name = "conv1";
    Size3 stem_kernel = {};
    Size3 stem_stride = {};
    PoolOptions stem_pool;
    std::array<PoolOptions, 3> pools; ///< after layer1 .. layer3
    Size3 first_kernel = {1, 1, 1};   ///< of a block
    Size3 middle_kernel = {3, 3, 3};
    Size3 stride = {2, 2, 2}; ///< of the first block of layer2 .. layer4
    NormOptions norm;
    TemporalMixing mixing = TemporalMixing::None;
    bool flat = false;                  ///< weights are those of a network of images
    bool attention_after_stage = false; ///< attention stands behind a stage, not in its blocks
    std::string root;                   ///< child that holds all but the classifier; empty: none
    std::string classifier = "fc";
    Classifier kind = Classifier::Linear;
    double dropout = 0;
    double flops_per_pixel = 0; ///< of a clip, two operations a multiply-add
};

/**
 * \brief A residual network of four stages, RGB clips -> the map after layer4
 *
 * Parameter names are those of the public code each is known by, so its published weights load.
 */
class ResidualNetwork final : public Backbone
{
public:
    /**
     * \param read_channels as Backbone::read_channels() \param attention none with an empty name
     * \param clip size of the clips it is made for; only attention tied to a size asks for it
     * \throw Error Settings for a stage, name or variant that is not known
     */
    ResidualNetwork(const ResidualOptions &options, std::int64_t classes,
                    std::int64_t read_channels, const AttentionOptions &attention,
                    const Size3 &clip);

    at::Tensor classify(const at::Tensor &map) override;

    static RowFacts row_facts(const ResidualOptions &options, std::int64_t frames);

    RowFacts facts(std::int64_t frames) const override { return row_facts(options_, frames); }

    void check_clip(std::int64_t frames, std::int64_t height, std::int64_t width) const override;

    double flops_per_pixel() const override { return options_.flops_per_pixel; }

    /** \brief All layers; one LibTorch layer where masks of attention meet again at the end (w3's AFR) */
    Graph graph() override;

    /** \brief Size of the map after a stage, 0..3 */
    Size3 map_size(const Size3 &clip, std::size_t stage = 3) const;

protected:
    at::Tensor forward_map(const at::Tensor &clips) override;

private:
    struct Stage {
        std::vector<std::shared_ptr<ResidualBlock>> blocks;
        std::shared_ptr<Attention> attention; ///< behind the stage; else null
    };

    bool attends(std::size_t stage) const;
    BlockOptions block_options(std::size_t stage, std::int64_t in, std::size_t index) const;
    Stage make_stage(torch::nn::Module &root, std::size_t stage, std::int64_t in);
    at::Tensor run_stage(Stage &stage, const at::Tensor &x, at::Tensor *mask);

    ResidualOptions options_;
    AttentionOptions attention_;
    Size3 clip_;
    std::shared_ptr<Convolution> stem_;
    torch::nn::BatchNorm3d stem_norm_ = nullptr;
    std::vector<Stage> stages_;
    std::shared_ptr<AttentionRefinement> refinement_; ///< null without
    torch::nn::Linear fc_ = nullptr;                  ///< null without classes or with Windows
    std::shared_ptr<Convolution> windows_;            ///< null without classes or with Linear
};

} // namespace fovea::nn
