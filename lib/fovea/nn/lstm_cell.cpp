// SPDX-License-Identifier: MIT
#include "fovea/nn/lstm_cell.h"

#include <vector>

namespace fovea::nn {

LstmState lstm_step(const LstmState &state, const at::Tensor &gates)
{
    const std::vector<at::Tensor> part = gates.chunk(4, /*dim=*/1); // i, f, o, g
    LstmState next;
    next.c = part[1].sigmoid() * state.c + part[0].sigmoid() * part[3].tanh();
    next.h = part[2].sigmoid() * next.c.tanh();
    return next;
}

at::Tensor class_scores(const at::Tensor &logits, bool many_labels)
{
    return many_labels ? logits.sigmoid() : logits.softmax(/*dim=*/1);
}

at::Tensor logits_of(const at::Tensor &scores, bool many_labels)
{
    constexpr double least = 1e-7; // a float's sigmoid reaches 0 and 1, whose logits are infinite
    return many_labels ? scores.logit(least) : scores.log();
}

} // namespace fovea::nn
