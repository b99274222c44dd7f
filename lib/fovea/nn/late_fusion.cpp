// SPDX-License-Identifier: MIT
#include "fovea/nn/late_fusion.h"

#include <utility>

#include <ATen/core/grad_mode.h>

#include "fovea/core/errors.h"
#include "fovea/nn/eval_mode.h"

namespace fovea::nn {

namespace {

constexpr std::int64_t looks_dim = 1; // of rows [N, R, T', C]: a look is a region

at::Tensor mean_of_logits(const at::Tensor &fixed_logits, const at::Tensor &trained_logits)
{
    return (fixed_logits + trained_logits) / 2;
}

class LateFusion final : public Head
{
public:
    LateFusion(std::shared_ptr<Head> fixed, std::shared_ptr<Head> trained)
        : Head(trained->channels(), trained->classes()),
          fixed_(register_module("fixed", std::move(fixed))),
          trained_(register_module("trained", std::move(trained)))
    {
    }

    HeadOutput forward(const at::Tensor &rows) override
    {
        const std::int64_t first_looks = rows.size(looks_dim) - 1;
        if (first_looks == 0)
            return {trained_->forward(rows).logits, {}, {}};
        const at::Tensor fixed = fixed_->forward(rows.narrow(looks_dim, 0, first_looks)).logits;
        const at::Tensor trained = trained_->forward(rows.narrow(looks_dim, first_looks, 1)).logits;
        const at::Tensor mean = mean_of_logits(fixed, trained);
        const at::Tensor winner = mean.argmax(/*dim=*/1, /*keepdim=*/true);
        const at::Tensor of_fixed = fixed.gather(1, winner).sigmoid() / first_looks;
        const at::Tensor weights = at::cat(
            {of_fixed.expand({rows.size(0), first_looks}), trained.gather(1, winner).sigmoid()},
            /*dim=*/1);
        return {mean, weights / weights.sum(1, /*keepdim=*/true).clamp_min(least_sum), {}};
    }

private:
    static constexpr double least_sum = 1e-12; // where both sigmoids underflow

    std::shared_ptr<Head> fixed_;
    std::shared_ptr<Head> trained_;
};

} // namespace

at::Tensor late_fusion(Backbone &fixed, Backbone &trained, const at::Tensor &clips,
                       const at::Tensor &focused)
{
    at::Tensor seen;
    {
        const EvalMode eval(fixed);
        const at::NoGradGuard no_grad;
        seen = fixed.logits(clips);
    }
    return mean_of_logits(seen, trained.logits(focused));
}

std::shared_ptr<Head> make_late_fusion(std::shared_ptr<Head> fixed, std::shared_ptr<Head> trained)
{
    if (fixed->classes() != trained->classes() || fixed->channels() != trained->channels())
        throw Error(Error::Kind::Settings, "late fusion: expected networks of the same form, got " +
                                               std::to_string(fixed->classes()) + " and " +
                                               std::to_string(trained->classes()) + " classes of " +
                                               std::to_string(fixed->channels()) + " and " +
                                               std::to_string(trained->channels()) + " features");
    return std::make_shared<LateFusion>(std::move(fixed), std::move(trained));
}

} // namespace fovea::nn
