// SPDX-License-Identifier: MIT
#include "fovea/engine/torch/torch_head.h"

#include <mutex>
#include <utility>

#include <ATen/ATen.h>

#include "fovea/core/errors.h"
#include "fovea/engine/clip_checks.h"
#include "fovea/engine/torch/torch_device.h"
#include "fovea/nn/heads.h"

namespace fovea {

namespace {

std::vector<float> values_of(const at::Tensor &tensor)
{
    const at::Tensor flat = tensor.to(at::kFloat).contiguous().flatten();
    const auto *begin = flat.data_ptr<float>();
    return {begin, begin + flat.numel()};
}

class TorchHead final : public ActivityHead
{
public:
    TorchHead(std::shared_ptr<nn::Head> head, bool many_labels)
        : head_(std::move(head)), many_labels_(many_labels)
    {
        head_->eval();
    }

    HeadScores run(const Array &rows) override
    {
        const at::Tensor window = as_tensor(rows); // [1, R, T', C]
        const std::lock_guard lock(mutex_);
        const c10::InferenceMode no_grad;
        use_threads(1); // too small to share out
        const nn::HeadOutput out = head_->forward(window);
        const at::Tensor scores = scores_of(out.logits);
        if (!out.logits.isfinite().all().item<bool>())
            throw Error(Error::Kind::Settings,
                        "rows: the head gives no finite score of them, so no label follows; "
                        "expected finite rows and weights, check the model (fovea models verify)");
        const at::Tensor winner = scores.argmax(/*dim=*/1);

        HeadScores output;
        output.scores = values_of(scores);
        // Regions, or rows, alone: each its own window of the batch
        output.region_weights = values_of(
            out.region_weights.defined() ? out.region_weights
                                         : share_of(winner, window.transpose(0, 1).contiguous()));
        output.time_weights =
            values_of(out.time_weights.defined()
                          ? out.time_weights
                          : share_of(winner, window.permute({2, 1, 0, 3}).contiguous()));
        if (out.person_weights.defined())
            output.person_weights = values_of(out.person_weights);
        return output;
    }

    std::int64_t channels() const override { return head_->channels(); }

private:
    at::Tensor as_tensor(const Array &rows) const
    {
        check_rows(rows, channels());
        return at::from_blob(const_cast<float *>(rows.values.data()), rows.shape).unsqueeze(0);
    }

    at::Tensor scores_of(const at::Tensor &logits) const
    {
        return many_labels_ ? logits.sigmoid() : logits.softmax(/*dim=*/1);
    }

    at::Tensor share_of(const at::Tensor &winner, const at::Tensor &parts)
    {
        const at::Tensor alone = scores_of(head_->forward(parts).logits).index_select(1, winner);
        return alone / alone.sum().clamp_min(1e-12); // 0 when every score underflows
    }

    std::shared_ptr<nn::Head> head_;
    bool many_labels_;
    std::mutex mutex_;
};

} // namespace

std::unique_ptr<ActivityHead> make_torch_head(std::shared_ptr<nn::Head> head, bool many_labels)
{
    return std::make_unique<TorchHead>(std::move(head), many_labels);
}

} // namespace fovea
