#pragma once

#include <memory>

#include "fovea/nn/attention_lstm.h"
#include "fovea/nn/heads.h"

namespace fovea::nn {

/**
 * \brief The attention LSTM over one stream of rows: a chunk's input is the mean of its regions, and
 * the rows of all regions and timesteps are what it attends to
 *
 * So the weights say both where and when: H summed over time, and over regions. The logits are the
 * logarithm of the scores: their softmax are the scores.
 */
class AttentionLstmHead final : public Head
{
public:
    AttentionLstmHead(std::int64_t channels, std::int64_t classes, bool last_step_only);

    HeadOutput forward(const at::Tensor &rows) override;

private:
    std::shared_ptr<AttentionLstm> lstm_;
};

} // namespace fovea::nn
