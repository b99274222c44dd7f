// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include <ATen/ATen.h>
#include <torch/nn/modules/batchnorm.h>

namespace fovea::nn {

/**
 * \brief A batch that several processes train on together, each with a part of its samples
 *
 * While one lives, the layers below, given the part in training and in the thread that made it,
 * compute as they would of the whole batch. All processes make the same passes in the same order.
 */
class SharedBatch
{
public:
    /** \param first place of the part's first sample \param samples of the whole batch */
    SharedBatch(std::int64_t first, std::int64_t samples);
    virtual ~SharedBatch();
    SharedBatch(const SharedBatch &) = delete;
    SharedBatch &operator=(const SharedBatch &) = delete;

    /** \brief Adds up \a values of all processes, in place; must live until the backward pass is done */
    virtual void add_up(at::Tensor &values) const = 0;

    std::int64_t first() const { return first_; }

    std::int64_t samples() const { return samples_; }

    /** \brief That of this thread; null: the batch is whole */
    static const SharedBatch *current();

private:
    std::int64_t first_;
    std::int64_t samples_;
};

/**
 * \brief BatchNorm over the samples of all parts
 *
 * Mean and variance are those of the whole batch, and so are the running ones (synchronised batch
 * normalisation: Ioffe and Szegedy 2015 over the parts, as PyTorch's SyncBatchNorm). Of a whole batch
 * it is at::batch_norm. The gradients of weight and bias are the part's, to be added up.
 * \param x [N, C, ...]: pictures or clips
 */
at::Tensor batch_norm(torch::nn::BatchNorm3d &bn, const at::Tensor &x);

/** \brief Dropout whose mask is the part's of the one drawn for the whole batch \param x [N, ...] */
at::Tensor dropout(const at::Tensor &x, double share, bool training);

} // namespace fovea::nn
