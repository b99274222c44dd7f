// SPDX-License-Identifier: MIT
#include "fovea/train/data/augmentation.h"

#include <algorithm>
#include <cmath>

namespace fovea {

Augmentation from_scratch_augmentation()
{
    Augmentation augmentation;
    augmentation.shortest_span = 1.2;
    augmentation.longest_span = 2.1;
    augmentation.smallest_crop = 0.6;
    augmentation.stretch = 4.0 / 3; // torchvision's RandomResizedCrop
    augmentation.flip = 0.5;
    augmentation.brightness = 0.3;
    augmentation.colour = 0.1;
    augmentation.grey = 0.3;
    return augmentation;
}

Augmentation fine_tuning_augmentation()
{
    Augmentation augmentation;
    augmentation.flip = 0.5;
    return augmentation;
}

Box random_crop(const Box &region, const Augmentation &augmentation, Random *random)
{
    const double share = random->uniform(augmentation.smallest_crop, augmentation.largest_crop);
    const double bend = std::log(augmentation.stretch);
    const double aspect = std::exp(random->uniform(-bend, bend));
    const double width = std::min(std::sqrt(share * aspect), 1.0);
    const double height = std::min(std::sqrt(share / aspect), 1.0);
    const Box part = {static_cast<float>(random->uniform(0, 1 - width)),
                      static_cast<float>(random->uniform(0, 1 - height)), static_cast<float>(width),
                      static_cast<float>(height)};
    return inside(part, region);
}

Variation draw(const Augmentation &augmentation, Random *random)
{
    Variation variation;
    variation.flip = random->uniform() < augmentation.flip;
    variation.grey = random->uniform() < augmentation.grey;
    variation.coloured = augmentation.brightness > 0 || augmentation.colour > 0;
    const double gain = random->uniform(1 - augmentation.brightness, 1 + augmentation.brightness);
    for (double &of_channel : variation.gains)
        of_channel = gain * random->uniform(1 - augmentation.colour, 1 + augmentation.colour);
    return variation;
}

at::Tensor varied(at::Tensor clip, const Variation &variation)
{
    if (variation.coloured) {
        for (std::int64_t channel = 0; channel < 3; ++channel)
            clip[channel].mul_(variation.gains[static_cast<std::size_t>(channel)]);
        clip.clamp_(0, 1);
    }
    if (variation.grey) {
        const at::Tensor luma = at::tensor({0.299F, 0.587F, 0.114F}).view({3, 1, 1, 1}); // BT.601
        clip = (clip * luma).sum(0, /*keepdim=*/true).expand_as(clip).contiguous();
    }
    return variation.flip ? clip.flip(3) : clip;
}

} // namespace fovea
