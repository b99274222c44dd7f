#include "fovea/train/clip_focus.h"

#include <vector>

#include "fovea/focus/salient_box.h"

namespace fovea {

SaliencyFocus::SaliencyFocus(std::shared_ptr<nn::Backbone> network, nn::SaliencyLoss loss)
    : network_(std::move(network)), loss_(loss)
{
}

Box SaliencyFocus::look(const at::Tensor &clip) const
{
    at::Tensor map;
    {
        const std::lock_guard lock(mutex_);
        map = nn::saliency(*network_, clip.unsqueeze(0), loss_).map[0].contiguous();
    }
    const ImageSize size = {static_cast<int>(map.size(1)), static_cast<int>(map.size(0))};
    const ImageSize box = box_size(size, salient_share);
    const float *values = map.data_ptr<float>();
    const PixelBox place = salient_box(std::vector<float>(values, values + map.numel()), size, box);
    return {static_cast<float>(place.x / size.width), static_cast<float>(place.y / size.height),
            static_cast<float>(place.width / size.width),
            static_cast<float>(place.height / size.height)};
}

} // namespace fovea
