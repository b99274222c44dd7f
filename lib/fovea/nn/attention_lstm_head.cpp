#include "fovea/nn/attention_lstm_head.h"

namespace fovea::nn {

AttentionLstmHead::AttentionLstmHead(std::int64_t channels, std::int64_t classes,
                                     bool last_step_only)
    : Head(channels, classes)
{
    AttentionLstmOptions options;
    options.input = channels;
    options.attended = channels;
    options.classes = classes;
    options.last_step_only = last_step_only;
    lstm_ = register_module("lstm", std::make_shared<AttentionLstm>(options));
}

HeadOutput AttentionLstmHead::forward(const at::Tensor &rows)
{
    const AttentionLstmOutput out =
        lstm_->forward(rows.mean(1), rows.flatten(/*start_dim=*/1, /*end_dim=*/2));
    const at::Tensor salience = out.salience.view({rows.size(0), rows.size(1), rows.size(2)});
    return {out.scores.log(), salience.sum(2), salience.sum(1)};
}

} // namespace fovea::nn
