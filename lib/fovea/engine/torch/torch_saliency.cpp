#include "fovea/engine/torch/torch_saliency.h"

#include <algorithm>
#include <mutex>
#include <sstream>
#include <utility>

#include <ATen/Parallel.h>

#include "fovea/core/errors.h"
#include "fovea/engine/threads.h"
#include "fovea/engine/torch/torch_device.h"
#include "fovea/nn/heads.h"
#include "fovea/nn/saliency.h"

namespace fovea {

namespace {

class TorchSaliency final : public SalienceMapper
{
public:
    TorchSaliency(std::shared_ptr<nn::Backbone> backbone, std::shared_ptr<nn::Head> head,
                  const SecondLook &look, const EngineOptions &options)
        : backbone_(std::move(backbone)),
          head_(std::move(head)),
          look_(look),
          device_(torch_device(options.device)),
          threads_(options.threads)
    {
        head_->eval();
        backbone_->to(device_);
        head_->to(device_);
        for (const auto &network : {std::static_pointer_cast<torch::nn::Module>(backbone_),
                                    std::static_pointer_cast<torch::nn::Module>(head_)})
            for (at::Tensor &parameter : network->parameters())
                parameter.set_requires_grad(false); // the clip's gradient alone is asked for
    }

    Array map(const Array &clip) override
    {
        const at::Tensor seen = as_tensor(clip).to(device_);
        const auto pixels = static_cast<double>(seen.size(2) * seen.size(3) * seen.size(4));
        const std::lock_guard lock(mutex_);
        const int threads = threads_for(threads_, backbone_->flops_per_pixel() * pixels);
        if (at::get_num_threads() != threads) // of the calling thread
            at::set_num_threads(threads);
        const auto logits = [this](const at::Tensor &one) {
            const at::Tensor rows = backbone_->rows(one).unsqueeze(1); // one region
            return head_->forward(rows).logits.unsqueeze(2);
        };
        const nn::Saliency found =
            nn::saliency(*backbone_, logits, seen, look_.entropy, look_.attribution);
        Array map({clip.shape[3], clip.shape[4]});
        at::from_blob(map.values.data(), map.shape).copy_(found.map[0]);
        return map;
    }

private:
    at::Tensor as_tensor(const Array &clip) const
    {
        std::ostringstream got;
        got << at::IntArrayRef(clip.shape);
        if (clip.shape.size() != 5 || clip.shape[0] != 1 || clip.shape[1] != 3)
            throw Error(Error::Kind::Settings, "clip: expected [1, 3, T, H, W], got " + got.str());
        backbone_->check_clip(clip.shape[2], clip.shape[3], clip.shape[4]);
        return at::from_blob(const_cast<float *>(clip.values.data()), clip.shape); // only read
    }

    std::shared_ptr<nn::Backbone> backbone_;
    std::shared_ptr<nn::Head> head_;
    SecondLook look_; ///< its entropy and attribution
    at::Device device_;
    int threads_;
    std::mutex mutex_; ///< one call at a time: memory stays that of one clip
};

} // namespace

std::unique_ptr<SalienceMapper> make_torch_saliency(std::shared_ptr<nn::Backbone> backbone,
                                                    std::shared_ptr<nn::Head> head,
                                                    const SecondLook &look,
                                                    const EngineOptions &options)
{
    return std::make_unique<TorchSaliency>(std::move(backbone), std::move(head), look, options);
}

} // namespace fovea
