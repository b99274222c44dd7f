// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "fovea/nn/heads.h"

namespace fovea::nn {

class PlainLstm;

/**
 * \brief The LSTM of AttentionLstm without its attention: what it is compared with
 *
 * u_t = sigmoid(W_m v_t + b_m) of v_t, the mean of a timestep's regions; gates [i, f, o, g] =
 * W u_t + U h_(t-1) + b; y_t = softmax(W_y h_t + b_y), hidden size 512, dropout 0.5 of links that are
 * not recurrent; the scores are the mean of y over time, of many labels with sigmoid for softmax. Parameters
 * `lstm.input.*`, `lstm.gate_input.*`, `lstm.gate_hidden.weight`, `lstm.fc.*`. Source: Torabi and
 * Sigal 2017, sections 3.4 and 4.1: "vanilla LSTM"
 */
class LstmHead final : public Head
{
public:
    LstmHead(std::int64_t channels, std::int64_t classes, bool many_labels = false);

    HeadOutput forward(const at::Tensor &rows) override;

private:
    std::shared_ptr<PlainLstm> lstm_;
    bool many_labels_;
};

} // namespace fovea::nn
