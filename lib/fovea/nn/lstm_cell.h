// SPDX-License-Identifier: MIT
#pragma once

#include <ATen/ATen.h>

namespace fovea::nn {

/** \brief Of an LSTM with hidden size H: each [N, H] */
struct LstmState {
    at::Tensor h, c;
};

/**
 * \brief c = f c + i g; h = o tanh(c), the gates behind their sigmoid, g behind tanh
 * \param gates [N, 4 H]: what goes into i, f, o, g. Source: Torabi and Sigal 2017, equations 7 to 12
 */
LstmState lstm_step(const LstmState &state, const at::Tensor &gates);

/** \brief Of one label softmax, each row sums to 1; of many sigmoid \param logits [N, classes] */
at::Tensor class_scores(const at::Tensor &logits, bool many_labels);

/** \brief Logits whose class_scores() are \a scores, which may be a mean of such */
at::Tensor logits_of(const at::Tensor &scores, bool many_labels);

} // namespace fovea::nn
