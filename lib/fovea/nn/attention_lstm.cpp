// SPDX-License-Identifier: MIT
#include "fovea/nn/attention_lstm.h"

#include <vector>

#include "fovea/core/array.h"
#include "fovea/core/errors.h"
#include "fovea/nn/lstm_cell.h"

namespace fovea::nn {

namespace {

using torch::nn::Linear;
using torch::nn::LinearOptions;

Linear without_bias(std::int64_t in, std::int64_t out)
{
    return Linear(LinearOptions(in, out).bias(false));
}

} // namespace

AttentionLstm::AttentionLstm(const AttentionLstmOptions &options)
    : options_(options),
      input_(register_module("input", Linear(options.input, options.input))),
      attention_hidden_(
          register_module("attention_hidden", without_bias(options.hidden, options.hidden))),
      attention_frame_(
          register_module("attention_frame", Linear(options.attended, options.hidden))),
      attention_score_(register_module("attention_score", without_bias(options.hidden, 1))),
      gate_input_(register_module("gate_input", Linear(options.input, 4 * options.hidden))),
      gate_hidden_(
          register_module("gate_hidden", without_bias(options.hidden, 4 * options.hidden))),
      gate_attended_(
          register_module("gate_attended", without_bias(options.attended, 4 * options.hidden))),
      fc_(register_module("fc", Linear(options.hidden, options.classes)))
{
}

void AttentionLstm::check(const at::Tensor &input, const at::Tensor &attended) const
{
    const bool fits = input.dim() == 3 && attended.dim() == 3 && input.size(1) >= 1 &&
                      attended.size(1) >= 1 && input.size(0) == attended.size(0) &&
                      input.size(2) == options_.input && attended.size(2) == options_.attended;
    if (fits)
        return;
    throw Error(Error::Kind::Settings,
                "attention lstm: expected [N, T, " + std::to_string(options_.input) +
                    "] and [N, I, " + std::to_string(options_.attended) + "], got " +
                    sizes_text(input.sizes()) + " and " + sizes_text(attended.sizes()));
}

at::Tensor AttentionLstm::dropped(const at::Tensor &x) const
{
    return at::dropout(x, options_.dropout, is_training());
}

/** \param keys W_a a_i + b_a, the same at every step \return w [N, I] */
at::Tensor AttentionLstm::attend(const at::Tensor &h, const at::Tensor &attended,
                                 const at::Tensor &keys)
{
    const at::Tensor e =
        attention_score_->forward((attention_hidden_->forward(h).unsqueeze(1) + keys).tanh());
    return e.view({attended.size(0), attended.size(1)}).softmax(/*dim=*/1);
}

AttentionLstmOutput AttentionLstm::forward(const at::Tensor &input, const at::Tensor &attended)
{
    check(input, attended);
    const std::int64_t steps = input.size(1);
    const at::Tensor u = gate_input_->forward(dropped(input_->forward(input).sigmoid()));
    const at::Tensor keys = attention_frame_->forward(attended);
    const at::Tensor nothing = at::zeros({input.size(0), options_.hidden}, input.options());
    LstmState state = {nothing, nothing};
    std::vector<at::Tensor> weights;
    std::vector<at::Tensor> scores;
    for (std::int64_t t = 0; t < steps; ++t) {
        const bool last = t + 1 == steps;
        at::Tensor gates = u.select(1, t) + gate_hidden_->forward(state.h);
        if (!options_.last_step_only || last) {
            const at::Tensor w = attend(state.h, attended, keys);
            const at::Tensor k = at::bmm(w.unsqueeze(1), attended).squeeze(1);
            gates = gates + gate_attended_->forward(dropped(k));
            weights.push_back(w);
        }
        state = lstm_step(state, gates);
        if (!options_.last_step_only || last)
            scores.push_back(class_scores(fc_->forward(dropped(state.h)), options_.many_labels));
    }
    const at::Tensor all = at::stack(weights, /*dim=*/1);
    return {at::stack(scores).mean(0), all, all.mean(1)};
}

} // namespace fovea::nn
