// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include <ATen/ATen.h>
#include <torch/nn/module.h>
#include <torch/nn/modules/linear.h>

namespace fovea::nn {

struct AttentionLstmOptions {
    std::int64_t input = 0;    ///< features of a chunk; C3D's fc6: 4096
    std::int64_t attended = 0; ///< features of a frame that is attended to
    std::int64_t classes = 0;
    std::int64_t hidden = 512;   ///< of the LSTM, and width of the attention
    bool many_labels = false;    ///< y_t is sigmoid, not softmax: any number of classes at once
    bool last_step_only = false; ///< variant (b): a plain LSTM until the last step, which attends
    double dropout = 0.5;        ///< of links that are not recurrent
};

/** \brief What an attention LSTM says of N clips of T chunks with I attended frames each */
struct AttentionLstmOutput {
    at::Tensor scores;   ///< [N, classes]: variant (a) the mean over chunks; see class_scores()
    at::Tensor weights;  ///< [N, T, I], w_t; variant (b): [N, 1, I], of the last chunk
    at::Tensor salience; ///< [N, I], H_i: mean of w over T; each row sums to 1
};

/**
 * \brief LSTM over chunks that looks at frames: u_t = sigmoid(W_m v_t + b_m);
 * e_ti = v_a tanh(W_h h_(t-1) + W_a a_i + b_a); w_t = softmax_i e_t; k_t = sum_i w_ti a_i;
 * gates [i, f, o, g] = W u_t + U h_(t-1) + D k_t + b; c = f c + i g; h = o tanh(c);
 * y_t = softmax(W_y h + b_y)
 *
 * u is as wide as v; h and c begin at 0. Parameters `input.*`, `attention_hidden.weight`,
 * `attention_frame.*`, `attention_score.weight`, `gate_input.*`, `gate_hidden.weight`,
 * `gate_attended.weight`, `fc.*`. Source: Action Classification and Highlighting in Videos,
 * sections 3.2 to 3.4 and figure 4
 */
class AttentionLstm final : public torch::nn::Module
{
public:
    explicit AttentionLstm(const AttentionLstmOptions &options);

    /**
     * \param input [N, T, input], T >= 1 \param attended [N, I, attended], I >= 1
     * \throw Error Settings when the shapes do not fit (expected and got)
     */
    AttentionLstmOutput forward(const at::Tensor &input, const at::Tensor &attended);

    const AttentionLstmOptions &options() const { return options_; }

private:
    void check(const at::Tensor &input, const at::Tensor &attended) const;
    at::Tensor dropped(const at::Tensor &x) const;
    at::Tensor attend(const at::Tensor &h, const at::Tensor &attended, const at::Tensor &keys);

    AttentionLstmOptions options_;
    torch::nn::Linear input_, attention_hidden_, attention_frame_, attention_score_;
    torch::nn::Linear gate_input_, gate_hidden_, gate_attended_, fc_;
};

} // namespace fovea::nn
