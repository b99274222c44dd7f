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

} // namespace fovea::nn
