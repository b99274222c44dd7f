// SPDX-License-Identifier: MIT
#include "fovea/engine/torch/torch_saliency.h"

#include <mutex>
#include <optional>
#include <utility>

#include "fovea/core/errors.h"
#include "fovea/engine/threads.h"
#include "fovea/engine/torch/torch_device.h"
#include "fovea/nn/backbone.h"
#include "fovea/nn/heads.h"
#include "fovea/nn/saliency.h"

namespace fovea {

namespace {

/** \brief Several threads may share it: they take turns, so that memory stays that of one clip */
class TorchSaliency final : public SaliencyMapper
{
public:
    /**
     * \param logits_of what the network says of a clip
     * \param threads of a call, as in EngineOptions; none: as many as LibTorch has
     */
    TorchSaliency(std::shared_ptr<nn::Backbone> backbone, nn::LogitsOf logits_of,
                  const SecondLook &look, at::Device device, std::optional<int> threads)
        : backbone_(std::move(backbone)),
          logits_of_(std::move(logits_of)),
          look_(look),
          device_(device),
          threads_(threads)
    {
    }

    using SaliencyMapper::map;

    Array map(const Array &clip, const ClipTruth *truth) override
    {
        const at::Tensor seen = as_tensor(clip).to(device_);
        const auto pixels = static_cast<double>(seen.size(2) * seen.size(3) * seen.size(4));
        const std::lock_guard lock(mutex_);
        if (threads_)
            use_threads(threads_for(*threads_, backbone_->flops_per_pixel() * pixels));
        const nn::Saliency found =
            truth != nullptr && look_.entropy == Entropy::Truth
                ? nn::saliency(*backbone_, logits_of_, seen, one_of_many(truth->frames),
                               one_of_many(truth->video), look_.attribution)
                : nn::saliency(*backbone_, logits_of_, seen, look_.entropy, look_.attribution);
        Array map({clip.shape[3], clip.shape[4]});
        at::from_blob(map.values.data(), map.shape).copy_(found.map[0]);
        return map;
    }

private:
    /** \brief A batch of one */
    at::Tensor one_of_many(const Array &values) const
    {
        return at::from_blob(const_cast<float *>(values.values.data()), values.shape) // only read
            .unsqueeze(0)
            .to(device_);
    }

    at::Tensor as_tensor(const Array &clip) const
    {
        if (clip.shape.size() != 5 || clip.shape[0] != 1 || clip.shape[1] != 3)
            throw Error(Error::Kind::Settings,
                        "clip: expected [1, 3, T, H, W], got " + sizes_text(clip.shape));
        backbone_->check_clip(clip.shape[2], clip.shape[3], clip.shape[4]);
        return at::from_blob(const_cast<float *>(clip.values.data()), clip.shape); // only read
    }

    std::shared_ptr<nn::Backbone> backbone_;
    nn::LogitsOf logits_of_;
    SecondLook look_; ///< its entropy and attribution
    at::Device device_;
    std::optional<int> threads_;
    std::mutex mutex_; ///< guards the network: a backward pass sets its mode
};

} // namespace

std::unique_ptr<SaliencyMapper> make_torch_saliency(std::shared_ptr<nn::Backbone> backbone,
                                                    std::shared_ptr<nn::Head> head,
                                                    const SecondLook &look,
                                                    const EngineOptions &options)
{
    const at::Device device = torch_device(options.device);
    head->eval();
    for (const auto &network : {std::static_pointer_cast<torch::nn::Module>(backbone),
                                std::static_pointer_cast<torch::nn::Module>(head)}) {
        network->to(device);
        for (at::Tensor &parameter : network->parameters())
            parameter.set_requires_grad(false); // the clip's gradient alone is asked for
    }
    const auto logits_of = [backbone, head](const at::Tensor &clip) {
        const at::Tensor rows = backbone->rows(clip).unsqueeze(1); // one region
        return head->forward(rows).logits.unsqueeze(2);
    };
    return std::make_unique<TorchSaliency>(backbone, logits_of, look, device, options.threads);
}

std::unique_ptr<SaliencyMapper> make_torch_saliency(std::shared_ptr<nn::Backbone> network,
                                                    const SecondLook &look)
{
    const auto logits_of = [network](const at::Tensor &clip) { return network->logits(clip); };
    return std::make_unique<TorchSaliency>(network, logits_of, look, at::kCPU, std::nullopt);
}

} // namespace fovea
