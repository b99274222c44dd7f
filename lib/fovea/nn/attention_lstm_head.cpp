// SPDX-License-Identifier: MIT
#include "fovea/nn/attention_lstm_head.h"

#include <string>

#include "fovea/core/errors.h"
#include "fovea/nn/lstm_cell.h"

namespace fovea::nn {

AttentionLstmHead::AttentionLstmHead(std::int64_t channels, std::int64_t classes,
                                     bool last_step_only, std::int64_t attended, bool many_labels,
                                     std::int64_t attended_frames)
    : Head(channels, classes), frames_(attended_frames)
{
    if (attended < 0 || attended >= channels || attended % attended_frames != 0)
        throw Error(Error::Kind::Settings,
                    "head 'alstm': attends to " + std::to_string(attended) + " of " +
                        std::to_string(channels) +
                        " features; expected fewer than all, as many of each of " +
                        std::to_string(attended_frames) + " frames");
    AttentionLstmOptions options;
    options.input = channels - attended;
    options.attended = attended > 0 ? attended / attended_frames : channels;
    options.classes = classes;
    options.last_step_only = last_step_only;
    options.many_labels = many_labels;
    lstm_ = register_module("lstm", std::make_shared<AttentionLstm>(options));
}

HeadOutput AttentionLstmHead::forward(const at::Tensor &rows)
{
    const AttentionLstmOptions &options = lstm_->options();
    const at::Tensor input = rows.narrow(3, 0, options.input);
    const std::int64_t width = frames_ * options.attended;
    const at::Tensor attended = rows.narrow(3, channels() - width, width); // frame behind frame
    const AttentionLstmOutput out =
        lstm_->forward(input.mean(1), attended.reshape({rows.size(0), -1, options.attended}));
    const at::Tensor salience =
        out.salience.view({rows.size(0), rows.size(1), rows.size(2), frames_}).sum(3);
    return {logits_of(out.scores, options.many_labels), salience.sum(2), salience.sum(1)};
}

} // namespace fovea::nn
