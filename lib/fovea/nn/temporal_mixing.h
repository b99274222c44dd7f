// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/nn/unit3d.h"

namespace fovea::nn {

/**
 * \brief The first eighth of the channels from the next frame, the second from the one before, the
 * rest unmoved; zeros at both ends
 * \param x [N, C, T, H, W] \return the same shape
 * Source: Lin et al., TSM: Temporal Shift Module, ICCV 2019; mit-han-lab/temporal-shift-module
 */
at::Tensor shifted(const at::Tensor &x);

/** \brief shifted() as a convolution, each channel with a kernel of its own, for an engine */
Node shift(std::int64_t channels);

/**
 * \brief Depthwise temporal aggregation: ReLU(a x(t-1) + b x(t) + c x(t+1)), a number a channel
 * each; zeros at both ends
 *
 * Parameters `prev_se.fc1.weight`, `curr_se...`, `next_se...` [C, 1, 1, 1] as in
 * IBM/action-recognition-pytorch. Source: Fan et al., More Is Less, NeurIPS 2019, section 3
 */
class TemporalAggregation final : public Layer
{
public:
    explicit TemporalAggregation(std::int64_t channels);

    at::Tensor forward(const at::Tensor &x) override;

    Graph::Value describe(Graph &graph, Graph::Value x, const std::string &name) override;

private:
    at::Tensor weight(const char *name, std::int64_t channels);

    at::Tensor before_, now_, after_;
};

} // namespace fovea::nn
