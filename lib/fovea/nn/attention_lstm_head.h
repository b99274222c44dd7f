// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "fovea/nn/attention_lstm.h"
#include "fovea/nn/heads.h"

namespace fovea::nn {

/**
 * \brief The attention LSTM over rows: a chunk's input is the mean of its regions, and the rows of
 * all regions and timesteps are what it attends to
 *
 * Where a second network is attended to, its features are the last \a attended of each row's, the
 * input is the others; they may be of several frames, each of which is attended to by itself: T of 24
 * beside 12 steps. So the weights say both where and when: H summed over time, and over regions.
 * The logits are those whose softmax, of many labels whose sigmoids, are the scores.
 */
class AttentionLstmHead final : public Head
{
public:
    /**
     * \param attended features of the second network; 0: none, what is attended to is the input
     * \param attended_frames that they are of
     */
    AttentionLstmHead(std::int64_t channels, std::int64_t classes, bool last_step_only,
                      std::int64_t attended = 0, bool many_labels = false,
                      std::int64_t attended_frames = 1);

    HeadOutput forward(const at::Tensor &rows) override;

private:
    std::shared_ptr<AttentionLstm> lstm_;
    std::int64_t frames_; ///< of a row, that are attended to
};

} // namespace fovea::nn
