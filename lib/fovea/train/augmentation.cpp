#include "fovea/train/augmentation.h"

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
    const double share = random->uniform(augmentation.smallest_crop, 1);
    const double bend = std::log(augmentation.stretch);
    const double aspect = std::exp(random->uniform(-bend, bend));
    const double width = std::min(std::sqrt(share * aspect), 1.0);
    const double height = std::min(std::sqrt(share / aspect), 1.0);
    const Box part = {static_cast<float>(random->uniform(0, 1 - width)),
                      static_cast<float>(random->uniform(0, 1 - height)), static_cast<float>(width),
                      static_cast<float>(height)};
    return inside(part, region);
}

at::Tensor varied(at::Tensor clip, const Augmentation &augmentation, Random *random)
{
    // Drawn whatever is used: a strength set to 0 leaves the other draws as they were.
    const bool flip = random->uniform() < augmentation.flip;
    const bool grey = random->uniform() < augmentation.grey;
    const double gain = random->uniform(1 - augmentation.brightness, 1 + augmentation.brightness);
    at::Tensor gains = at::empty({3, 1, 1, 1});
    for (std::int64_t channel = 0; channel < 3; ++channel)
        gains[channel].fill_(gain *
                             random->uniform(1 - augmentation.colour, 1 + augmentation.colour));

    if (augmentation.brightness > 0 || augmentation.colour > 0)
        clip.mul_(gains).clamp_(0, 1);
    if (grey) {
        const at::Tensor luma = at::tensor({0.299F, 0.587F, 0.114F}).view({3, 1, 1, 1}); // BT.601
        clip = (clip * luma).sum(0, /*keepdim=*/true).expand_as(clip).contiguous();
    }
    return flip ? clip.flip(3) : clip;
}

} // namespace fovea
