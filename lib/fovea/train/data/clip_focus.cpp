#include "fovea/train/data/clip_focus.h"

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

#include "fovea/engine/torch/torch_saliency.h"
#include "fovea/focus/enlarged.h"
#include "fovea/focus/salient_box.h"
#include "fovea/nn/saliency.h"

namespace fovea {

namespace {

ImageSize size_of(const at::Tensor &pictures)
{
    return {static_cast<int>(pictures.size(-1)), static_cast<int>(pictures.size(-2))};
}

/** \brief Where the network looks */
class SaliencyFocus final : public ClipFocus
{
public:
    SaliencyFocus(const SecondLook &look, std::shared_ptr<nn::Backbone> network)
        : network_(std::move(network)), look_(look)
    {
    }

    Place look(const at::Tensor &clip, Random * /*random*/) const override
    {
        const at::Tensor map = map_of(clip.unsqueeze(0));
        const float *values = map.data_ptr<float>();
        const ImageSize size = size_of(map);
        const PixelBox box = salient_box(std::vector<float>(values, values + map.numel()), size,
                                         box_size(size, salient_share));
        Place place = {share_of(box, size), {}};
        if (look_.focus == Focus::Upscaled)
            place.closer = enlarged_part(clip, box);
        return place;
    }

private:
    at::Tensor map_of(const at::Tensor &clip) const
    {
        const std::lock_guard lock(mutex_);
        return nn::saliency(*network_, clip, look_.entropy, look_.attribution).map[0].contiguous();
    }

    static at::Tensor enlarged_part(const at::Tensor &clip, const PixelBox &box)
    {
        const at::Tensor dense = clip.contiguous();
        Array seen({1, clip.size(0), clip.size(1), clip.size(2), clip.size(3)});
        std::copy_n(dense.data_ptr<float>(), dense.numel(), seen.values.begin());
        Array closer = enlarged(seen, box);
        return at::from_blob(closer.values.data(), clip.sizes()).clone();
    }

    std::shared_ptr<nn::Backbone> network_;
    SecondLook look_;
    mutable std::mutex mutex_; ///< guards the network: a backward pass leaves its mode changed
};

/** \brief Asks no network */
class BaselineFocus final : public ClipFocus
{
public:
    explicit BaselineFocus(Focus focus) : focus_(focus) {}

    Place look(const at::Tensor &clip, Random *random) const override
    {
        const ImageSize size = size_of(clip);
        const double x = random->uniform();
        const PixelBox box =
            baseline_box(focus_, size, box_size(size, salient_share), x, random->uniform());
        return {share_of(box, size), {}};
    }

private:
    Focus focus_;
};

} // namespace

std::unique_ptr<ClipFocus> make_clip_focus(const SecondLook &look,
                                           std::shared_ptr<nn::Backbone> network)
{
    if (is_by_saliency(look.focus))
        return std::make_unique<SaliencyFocus>(look, std::move(network));
    return std::make_unique<BaselineFocus>(look.focus);
}

} // namespace fovea
