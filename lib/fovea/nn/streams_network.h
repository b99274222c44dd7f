// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <torch/nn/modules/linear.h>

#include "fovea/nn/backbone.h"

namespace fovea::nn {

class Eco;
class Watch;

/** \brief Module of a stream's network \param stream motion, flow or pictures \param number from 0: motion, motion2 */
std::string stream_name(const char *stream, std::size_t number);

/**
 * \brief The architectures `two-stream`: `watch`, which sees motion alone, at half the size, beside `eco`, which sees
 * pictures, and `three-stream`: `watch-flow` at half the size besides (Simonyan and Zisserman, NIPS 2014, with
 * differences of frames in place of flow, or beside it)
 *
 * Each stream may be an ensemble of networks that began elsewhere (other seeds), which see the same. RGB in [-1, 1],
 * N,3,T,H,W -> N,256 or 384 times the ensemble,(T-1)/4,H/32,W/32: the channels of each `watch`, of each `watch-flow`,
 * then of each `eco`. Its classifier reads their means, so that it can be any weighting of the logits of networks
 * trained apart. Made for T = 17, H = W = 192.
 */
class Streams final : public Backbone
{
public:
    /** \param classes of its own classifier; 0: without one \param ensemble networks a stream */
    Streams(bool with_flow, std::int64_t classes, std::int64_t ensemble = 1);

    /** \brief Mean over rows, dropout 0.5 in training, FC; T_out is 1 */
    at::Tensor classify(const at::Tensor &map) override;

    static RowFacts row_facts(bool with_flow, std::int64_t ensemble, std::int64_t frames);

    RowFacts facts(std::int64_t frames) const override
    {
        return row_facts(!flow_.empty(), static_cast<std::int64_t>(motion_.size()), frames);
    }

    void check_clip(std::int64_t frames, std::int64_t height, std::int64_t width) const override;

    double flops_per_pixel() const override;

    Graph graph() override;

protected:
    at::Tensor forward_map(const at::Tensor &clips) override;

private:
    const char *name() const { return flow_.empty() ? "two-stream" : "three-stream"; }

    std::vector<std::shared_ptr<Watch>> motion_;
    std::vector<std::shared_ptr<Watch>> flow_; ///< empty without
    std::vector<std::shared_ptr<Eco>> pictures_;
    torch::nn::Linear fc_ = nullptr; ///< null without classes
};

} // namespace fovea::nn
