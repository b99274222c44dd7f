// SPDX-License-Identifier: MIT
#include "fovea/nn/saliency.h"

#include <torch/csrc/autograd/autograd.h>

#include "fovea/core/errors.h"
#include "fovea/nn/eval_mode.h"
#include "fovea/nn/multi_label_loss.h"

namespace fovea::nn {

namespace {

/** \return [1, H, W], of a clip and its gradient, [1, 3, T, H, W] */
at::Tensor attributed(const at::Tensor &clip, const at::Tensor &gradient, Attribution attribution)
{
    if (attribution == Attribution::InputTimesGradient)
        return (clip.detach() * gradient).sum(at::IntArrayRef({1, 2})).abs();
    return gradient.norm(2, /*dim=*/1).amax(1);
}

/** \throw Error Settings where \a loss does not follow the pixels */
at::Tensor gradient_of(const at::Tensor &loss, const at::Tensor &clip)
{
    at::Tensor gradient;
    if (loss.requires_grad())
        gradient = torch::autograd::grad({loss}, {clip}, /*grad_outputs=*/{},
                                         /*retain_graph=*/c10::nullopt, /*create_graph=*/false,
                                         /*allow_unused=*/true)
                       .front();
    if (!gradient.defined())
        throw Error(Error::Kind::Settings,
                    "focus: expected a network of whose pixels it is known how much each counts, "
                    "got one that sees optical flow alone; choose focus none, repeat, random or "
                    "centre");
    return gradient;
}

/** \param loss_of what is differentiated, of the logits of the clip of that number */
template <typename LossOf>
Saliency differentiated(torch::nn::Module &network, const LogitsOf &logits_of,
                        const at::Tensor &clips, const LossOf &loss_of, Attribution attribution)
{
    const EvalMode eval(network);
    const at::AutoGradMode with_gradient(true);
    std::vector<at::Tensor> maps;
    std::vector<at::Tensor> logits;
    for (std::int64_t n = 0; n < clips.size(0); ++n) {
        const at::Tensor clip = clips.narrow(0, n, 1).detach().clone().set_requires_grad(true);
        const at::Tensor z = logits_of(clip);
        const at::Tensor gradient = gradient_of(loss_of(z, n), clip);
        maps.push_back(attributed(clip, gradient, attribution));
        logits.push_back(z.detach());
    }
    return {at::cat(maps), at::cat(logits)};
}

} // namespace

at::Tensor entropy(const at::Tensor &logits, Entropy kind)
{
    const at::Tensor y = logits.sigmoid();
    if (kind == Entropy::Code)
        return -(y.softmax(/*dim=*/1) * y.log_softmax(/*dim=*/1)).sum();
    return (y * at::log_sigmoid(logits)).sum();
}

Saliency saliency(torch::nn::Module &network, const LogitsOf &logits_of, const at::Tensor &clips,
                  Entropy entropy, Attribution attribution)
{
    return differentiated(
        network, logits_of, clips,
        [entropy](const at::Tensor &logits, std::int64_t /*n*/) {
            return nn::entropy(logits, entropy);
        },
        attribution);
}

Saliency saliency(torch::nn::Module &network, const LogitsOf &logits_of, const at::Tensor &clips,
                  const at::Tensor &targets, const at::Tensor &video, Attribution attribution)
{
    return differentiated(
        network, logits_of, clips,
        [&](const at::Tensor &logits, std::int64_t n) {
            return multi_label_loss(logits, targets.narrow(0, n, 1), JointLoss::JointMean,
                                    video.defined() ? video.narrow(0, n, 1) : video);
        },
        attribution);
}

} // namespace fovea::nn
