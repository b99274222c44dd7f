#include "fovea/train/clip_focus.h"

#include <vector>

#include "fovea/focus/salient_box.h"

namespace fovea {

namespace {

constexpr double box_side = 128.0 / 224; // of the clip's: Sydorov 2019, 5.3

} // namespace

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
    const ImageSize box = {static_cast<int>(size.width * box_side),
                           static_cast<int>(size.height * box_side)};
    const float *values = map.data_ptr<float>();
    const PixelBox place = salient_box(std::vector<float>(values, values + map.numel()), size, box);
    return {static_cast<float>(place.x / size.width), static_cast<float>(place.y / size.height),
            static_cast<float>(place.width / size.width),
            static_cast<float>(place.height / size.height)};
}

} // namespace fovea
