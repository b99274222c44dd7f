// SPDX-License-Identifier: MIT
#include "fovea/train/adaptation/adapted_head.h"

#include <ATen/core/grad_mode.h>

#include "fovea/core/errors.h"
#include "fovea/nn/heads.h"
#include "fovea/store/tensors/torch_tensor.h"
#include "fovea/train/loop/learning_rate.h"
#include "fovea/train/loop/named_recipes.h"
#include "fovea/train/loop/optimiser.h"

namespace fovea {

namespace {

/* Of the squared distance from the first parameters, in the loss; chosen on validation clips */
constexpr double of_drift = 0.1;

/** \return [N, classes] */
at::Tensor shares_of(nn::Head &head, const at::Tensor &rows)
{
    const at::NoGradGuard no_grad;
    head.eval();
    return head.forward(rows).logits.softmax(/*dim=*/1);
}

} // namespace

at::Tensor batch_of(const std::vector<const Array *> &windows)
{
    std::vector<at::Tensor> rows;
    for (const Array *window : windows) {
        if (window->shape != windows.front()->shape)
            throw Error(Error::Kind::Settings,
                        "adapt: expected windows of " + sizes_text(windows.front()->shape) +
                            " (regions, rows, features) as the anchors', got one of " +
                            sizes_text(window->shape));
        rows.push_back(tensor_of(*window));
    }
    return at::stack(rows);
}

std::vector<std::vector<float>> scores_of(nn::Head &head, const at::Tensor &rows)
{
    const at::Tensor dense = shares_of(head, rows).contiguous();
    const auto *value = dense.data_ptr<float>();
    std::vector<std::vector<float>> scores;
    for (std::int64_t i = 0; i < dense.size(0); ++i, value += dense.size(1))
        scores.emplace_back(value, value + dense.size(1));
    return scores;
}

void fit_head(nn::Head &head, const HeadFit &fit, const std::function<void(double)> &progress)
{
    const at::Tensor kept = shares_of(head, fit.anchors);
    std::vector<at::Tensor> before;
    for (const at::Tensor &parameter : head.parameters())
        before.push_back(parameter.detach().clone());
    const Recipe recipe = recipe_named("adaptation", NamedRecipe::Trains::Head).recipe;
    Optimiser optimiser(head, recipe);
    const auto logs = [&](const at::Tensor &rows) {
        return head.forward(rows).logits.log_softmax(/*dim=*/1);
    };
    for (int step = 0; step < recipe.epochs; ++step) {
        progress(static_cast<double>(step) / recipe.epochs);
        at::Tensor loss = -(kept * logs(fit.anchors)).sum(1).mean() -
                          (fit.weights * (fit.wanted * logs(fit.windows)).sum(1)).sum();
        const auto parameters = head.parameters();
        for (std::size_t i = 0; i < parameters.size(); ++i)
            loss = loss + of_drift * (parameters[i] - before[i]).square().sum();
        optimiser.zero_grad();
        loss.backward();
        optimiser.set_learning_rate(learning_rate(recipe, step, /*steps_per_epoch=*/1));
        optimiser.step();
    }
    head.eval();
}

} // namespace fovea
