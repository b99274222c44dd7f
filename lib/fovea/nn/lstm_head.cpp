// SPDX-License-Identifier: MIT
#include "fovea/nn/lstm_head.h"

#include <vector>

#include <torch/nn/modules/linear.h>

#include "fovea/nn/lstm_cell.h"

namespace fovea::nn {

using torch::nn::Linear;

class PlainLstm final : public torch::nn::Module
{
public:
    PlainLstm(std::int64_t channels, std::int64_t classes)
        : input_(register_module("input", Linear(channels, channels))),
          gate_input_(register_module("gate_input", Linear(channels, 4 * hidden))),
          gate_hidden_(register_module(
              "gate_hidden",
              Linear(torch::nn::LinearOptions(hidden, 4 * hidden).bias(/*new_bias=*/false)))),
          fc_(register_module("fc", Linear(hidden, classes)))
    {
    }

    /** \param chunks [N, T, C] \return [N, classes]: class_scores(), mean over T */
    at::Tensor scores(const at::Tensor &chunks, bool many_labels)
    {
        const at::Tensor u = gate_input_->forward(dropped(input_->forward(chunks).sigmoid()));
        const at::Tensor nothing = at::zeros({chunks.size(0), hidden}, chunks.options());
        LstmState state = {nothing, nothing};
        std::vector<at::Tensor> steps;
        for (std::int64_t t = 0; t < chunks.size(1); ++t) {
            state = lstm_step(state, u.select(1, t) + gate_hidden_->forward(state.h));
            steps.push_back(class_scores(fc_->forward(dropped(state.h)), many_labels));
        }
        return at::stack(steps).mean(0);
    }

private:
    static constexpr std::int64_t hidden = 512; // Torabi and Sigal 2017, 4.1, as the dropout
    static constexpr double share_dropped = 0.5;

    at::Tensor dropped(const at::Tensor &x) const
    {
        return at::dropout(x, share_dropped, is_training());
    }

    Linear input_, gate_input_, gate_hidden_, fc_;
};

LstmHead::LstmHead(std::int64_t channels, std::int64_t classes, bool many_labels)
    : Head(channels, classes),
      lstm_(register_module("lstm", std::make_shared<PlainLstm>(channels, classes))),
      many_labels_(many_labels)
{
}

HeadOutput LstmHead::forward(const at::Tensor &rows)
{
    const at::Tensor scores = lstm_->scores(rows.mean(/*dim=*/1), many_labels_);
    return {logits_of(scores, many_labels_), {}, {}};
}

} // namespace fovea::nn
