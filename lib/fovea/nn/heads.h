// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <ATen/ATen.h>
#include <torch/nn/module.h>

#include "fovea/nn/names.h"

namespace fovea::nn {

/** \brief What a head says of N windows */
struct HeadOutput {
    at::Tensor logits;         ///< [N, classes]
    at::Tensor region_weights; ///< [N, R], each row sums to 1; undefined: no attention over regions
    at::Tensor time_weights;   ///< [N, T'], likewise over time
    at::Tensor person_weights = {}; ///< [N, persons of MotionLayout]; undefined: it sees no persons
};

/** \brief Feature rows of all regions of a window -> class logits (Ballan 2021) */
class Head : public torch::nn::Module
{
public:
    /** \param rows float [N, R, T', C], R and T' >= 1 */
    virtual HeadOutput forward(const at::Tensor &rows) = 0;

    std::int64_t channels() const { return channels_; }

    std::int64_t classes() const { return classes_; }

protected:
    Head(std::int64_t channels, std::int64_t classes) : channels_(channels), classes_(classes) {}

private:
    std::int64_t channels_;
    std::int64_t classes_;
};

/**
 * \brief A head by name; X is [N, R, T', C]
 *
 * | name          | what                                                          | parameters       |
 * | region-mean   | mean over R and T', FC                                        | fc               |
 * | ra            | f_r = mean_t X; a_r = sigmoid(w f_r + b); FC of sum a f / sum a | region_attention, fc |
 * | ta            | the same over time: g_t = mean_r X                            | time_attention, fc |
 * | tra           | FC of both side by side, 2C wide                              | both, fc         |
 * | score-mean    | for each region mean over time, FC, softmax; their mean       | fc               |
 * | logits        | region-mean with the FC of a network's own last 1x1x1 convolution | logits.conv3d |
 * | alstm         | attention LSTM over the rows (attention_lstm_head.h)          | lstm             |
 * | alstm-last    | its variant (b): only the last step attends                   | lstm             |
 * | lstm          | the same LSTM without attention (lstm_head.h)                 | lstm             |
 * | persons       | score-mean and how the persons move (persons_head.h)          | fc, persons      |
 *
 * score-mean gives the logarithm of the mean as logits: their softmax is the mean. So do LSTMs, which
 * average over time; of many labels the logits of the mean of sigmoids.
 * \param attended of the channels, the last ones: of a second network, which alstm attends to, or how
 * the persons move, for persons; to the other heads they are features like the rest
 * \param many_labels any number of classes at once: what LSTMs average are sigmoids then
 * \param attended_frames that the attended channels are of, side by side, as many of each
 * \throw Error Settings for another name (listing those known), or where the channels are no persons
 */
std::shared_ptr<Head> make_head(const std::string &name, std::int64_t channels,
                                std::int64_t classes, std::int64_t attended = 0,
                                bool many_labels = false, std::int64_t attended_frames = 1);

} // namespace fovea::nn
