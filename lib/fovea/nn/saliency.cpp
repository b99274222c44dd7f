#include "fovea/nn/saliency.h"

#include <torch/csrc/autograd/autograd.h>

#include "fovea/core/errors.h"
#include "fovea/nn/multi_label_loss.h"

namespace fovea::nn {

namespace {

/** \brief Eval mode while it lives */
class Evaluating
{
public:
    explicit Evaluating(torch::nn::Module &network)
        : network_(network), training_(network.is_training())
    {
        network_.eval();
    }

    ~Evaluating() { network_.train(training_); }

    Evaluating(const Evaluating &) = delete;
    Evaluating &operator=(const Evaluating &) = delete;

private:
    torch::nn::Module &network_;
    bool training_;
};

} // namespace

at::Tensor saliency_loss(const at::Tensor &logits, SaliencyLoss kind)
{
    const at::Tensor y = logits.sigmoid();
    if (kind == SaliencyLoss::PaperEntropy)
        return (y * at::log_sigmoid(logits)).sum();
    if (kind == SaliencyLoss::CodeEntropy)
        return -(y.softmax(/*dim=*/1) * y.log_softmax(/*dim=*/1)).sum();
    throw Error(Error::Kind::Settings, "saliency: the loss 'truth' needs labels");
}

Saliency saliency(Backbone &network, const at::Tensor &clips, SaliencyLoss kind,
                  const at::Tensor &targets)
{
    return saliency(
        network, [&network](const at::Tensor &clip) { return network.logits(clip); }, clips, kind,
        targets);
}

Saliency saliency(torch::nn::Module &network,
                  const std::function<at::Tensor(const at::Tensor &)> &logits_of,
                  const at::Tensor &clips, SaliencyLoss kind, const at::Tensor &targets)
{
    if (kind == SaliencyLoss::Truth && !targets.defined())
        throw Error(Error::Kind::Settings, "saliency: the loss 'truth' needs labels");
    const Evaluating eval(network);
    const at::AutoGradMode with_gradient(true);
    std::vector<at::Tensor> maps;
    std::vector<at::Tensor> logits;
    for (std::int64_t n = 0; n < clips.size(0); ++n) {
        const at::Tensor clip = clips.narrow(0, n, 1).detach().clone().set_requires_grad(true);
        const at::Tensor z = logits_of(clip);
        const at::Tensor loss = kind == SaliencyLoss::Truth
                                    ? multi_label_loss(z, targets.narrow(0, n, 1))
                                    : saliency_loss(z, kind);
        const at::Tensor gradient = torch::autograd::grad({loss}, {clip}).front();
        maps.push_back(gradient.norm(2, /*dim=*/1).amax(1)); // [1, T, H, W] -> [1, H, W]
        logits.push_back(z.detach());
    }
    return {at::cat(maps), at::cat(logits)};
}

at::Tensor temporal_fusion(Backbone &network, const at::Tensor &clips, const at::Tensor &focused)
{
    return network.logits(at::cat({clips, focused}, /*dim=*/2));
}

at::Tensor late_fusion(Backbone &fixed, Backbone &trained, const at::Tensor &clips,
                       const at::Tensor &focused)
{
    at::Tensor seen;
    {
        const Evaluating eval(fixed);
        const at::NoGradGuard no_grad;
        seen = fixed.logits(clips);
    }
    return (seen + trained.logits(focused)) / 2;
}

} // namespace fovea::nn
