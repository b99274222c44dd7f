// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>

#include "fovea/nn/attention.h"
#include "fovea/nn/backbone.h"

namespace fovea::nn {

class AttentionRefinement;

/**
 * \brief A residual spatial pair, a depthwise temporal residual, then max pooling of time by 2
 *
 * Attention stands behind the spatial pair, before the way around is added.
 */
class WatchBlock final : public torch::nn::Module
{
public:
    /** \param map size of what attention sees: frames, height, width */
    WatchBlock(std::int64_t in_channels, std::int64_t out_channels, bool pool_time,
               const AttentionOptions &attention, const Size3 &map);

    /** \param mask as Attention::forward */
    at::Tensor forward(const at::Tensor &x, at::Tensor *mask);

    /** \brief The stage as Layer::describe has it; attention stays a LibTorch layer */
    Graph::Value describe(Graph &graph, Graph::Value x, const std::string &name);

private:
    torch::nn::Conv3d spatial1_, spatial2_, shortcut_, temporal_;
    torch::nn::BatchNorm3d bn1_, bn2_, shortcut_bn_, temporal_bn_;
    std::string attention_name_;           ///< of the child module
    std::shared_ptr<Attention> attention_; ///< null without
    bool pool_time_;
};

/**
 * \brief The architectures `watch` and `watch-flow`, which the models of these names have, the parts of the default
 * model that see motion; the command `fovea watch` (pipelines/service) runs any model on cameras
 *
 * A compact (2+1)D network: looks at the differences between frames or at the optical flow, so at motion only
 *
 * RGB in [0, 1], for the flow in [-1, 1], N,3,T,H,W -> N,128,(T-1)/4,H/16,W/16; made for T = 17, H = W = 96. Stages
 * that may attend: blocks.0, blocks.1, blocks.2.
 */
class Watch final : public Backbone
{
public:
    enum class Sight {
        Differences, ///< of each channel, from frame to frame
        Flow         ///< find_frame_flow()
    };

    /**
     * \param read_channels as Backbone::read_channels() \param attention none with an empty name
     * \param clip size of the clips it is made for; only attention tied to a size asks for it
     * \throw Error Settings for a stage, name or variant that is not known
     */
    Watch(Sight sight, std::int64_t classes, std::int64_t read_channels,
          const AttentionOptions &attention, const Size3 &clip);

    /** \brief Mean over rows, dropout 0.5 in training, FC; T_out is 1 */
    at::Tensor classify(const at::Tensor &map) override;

    static RowFacts row_facts(std::int64_t frames) { return {128, (frames - 1) / 4, "fc"}; }

    RowFacts facts(std::int64_t frames) const override { return row_facts(frames); }

    void check_clip(std::int64_t frames, std::int64_t height, std::int64_t width) const override;

    double flops_per_pixel() const override { return 0.69e9 / (17 * 96 * 96); } // measured

    /** \brief All layers; one LibTorch layer where masks of attention meet again at the end (w3's AFR) */
    Graph graph() override;

    /** \brief What its layers see of clips: differences, or how far pixels have moved \return one frame fewer */
    at::Tensor motion_of(const at::Tensor &clips) const;

    /** \brief The last map, as map() gives it, of what motion_of() gave */
    at::Tensor map_of_motion(const at::Tensor &motion);

    /** \brief motion_of() in another graph \param name of its node */
    Graph::Value describe_motion(Graph &graph, Graph::Value clips, const std::string &name) const;

    /** \brief map_of_motion() likewise, without masks that meet again \param prefix of its layers' names */
    Graph::Value describe(Graph &graph, Graph::Value motion, const std::string &prefix = "");

protected:
    at::Tensor forward_map(const at::Tensor &clips) override;

private:
    Sight sight_;
    AttentionOptions attention_;
    Size3 clip_;
    torch::nn::Conv3d stem_ = nullptr;
    torch::nn::BatchNorm3d stem_bn_ = nullptr;
    std::vector<std::shared_ptr<WatchBlock>> blocks_;
    std::shared_ptr<AttentionRefinement> refinement_; ///< null without
    torch::nn::Linear fc_ = nullptr;                  ///< null without classes
};

} // namespace fovea::nn
