// SPDX-License-Identifier: MIT
#include "fovea/train/data/augmentation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

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

Augmentation multi_scale_augmentation()
{
    Augmentation augmentation;
    augmentation.sides = {1, 0.875, 0.75, 0.66};
    augmentation.bends = true;
    augmentation.places = CropPlaces::Steps;
    return augmentation;
}

Augmentation corner_augmentation()
{
    Augmentation augmentation;
    for (int i = 0; i < 5; ++i)
        augmentation.sides.push_back(std::pow(2, -i / 4.0));
    augmentation.places = CropPlaces::Corners;
    augmentation.flip = 0.5;
    return augmentation;
}

namespace {

/** \brief Where a crop lies, as shares of the room that it leaves: left and top are 0 */
struct CropPlace {
    double x, y;
};

constexpr std::array<CropPlace, 13> crop_places = {{{0.5, 0.5},
                                                    {0, 0},
                                                    {1, 0},
                                                    {0, 1},
                                                    {1, 1}, // the first five are Corners
                                                    {0, 0.5},
                                                    {1, 0.5},
                                                    {0.5, 0},
                                                    {0.5, 1},
                                                    {0.25, 0.25},
                                                    {0.75, 0.25},
                                                    {0.25, 0.75},
                                                    {0.75, 0.75}}};
constexpr std::size_t corner_places = 5;

CropPlace drawn_place(CropPlaces places, Random *random)
{
    if (places == CropPlaces::Anywhere) {
        const double x = random->uniform();
        return {x, random->uniform()};
    }
    return crop_places[random->below(places == CropPlaces::Corners ? corner_places
                                                                   : crop_places.size())];
}

} // namespace

Box random_view(ImageSize frame, const Augmentation &augmentation, Random *random)
{
    const std::vector<double> &sides = augmentation.sides;
    const std::size_t reach = augmentation.bends ? 1 : 0;
    std::vector<std::pair<double, double>> sizes;
    for (std::size_t i = 0; i < sides.size(); ++i) {
        for (std::size_t j = i < reach ? 0 : i - reach; j < sides.size() && j <= i + reach; ++j)
            sizes.emplace_back(sides[i], sides[j]);
    }
    const auto [wide, high] = sizes[random->below(sizes.size())];
    const double shorter = std::min(frame.width, frame.height);
    const double width = wide * shorter / frame.width;
    const double height = high * shorter / frame.height;
    const CropPlace place = drawn_place(augmentation.places, random);
    return {static_cast<float>(place.x * (1 - width)), static_cast<float>(place.y * (1 - height)),
            static_cast<float>(width), static_cast<float>(height)};
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

std::vector<Box> shaken(const Box &box, std::size_t frames, Random *random)
{
    constexpr double drift = 0.1;
    constexpr double tremble = 0.03;
    constexpr double kept = 0.6;     // of the trembling, from frame to frame
    constexpr double furthest = 0.2; // nearer or away: logarithm of the factor
    const double vx = random->normal() * drift;
    const double vy = random->normal() * drift;
    const double nearer = random->normal() * drift;
    const double hand = std::abs(random->normal()) * tremble / 2;
    double sway_x = 0;
    double sway_y = 0;
    std::vector<Box> boxes;
    for (std::size_t i = 0; i < frames; ++i) {
        const double time = static_cast<double>(i) / static_cast<double>(frames);
        const double room = 1.0 / std::max(box.width, box.height); // both sides by one factor
        const double scale =
            std::min(room, std::exp(std::clamp(nearer * time, -furthest, furthest)));
        const double width = std::min(1.0, box.width * scale);
        const double height = std::min(1.0, box.height * scale);
        const double x = box.x + (vx * time + sway_x) * box.width + (box.width - width) / 2;
        const double y = box.y + (vy * time + sway_y) * box.height + (box.height - height) / 2;
        boxes.push_back({static_cast<float>(std::clamp(x, 0.0, 1 - width)),
                         static_cast<float>(std::clamp(y, 0.0, 1 - height)),
                         static_cast<float>(width), static_cast<float>(height)});
        sway_x = kept * sway_x + random->normal() * hand;
        sway_y = kept * sway_y + random->normal() * hand;
    }
    return boxes;
}

PixelRect random_front(ImageSize ground, Random *random)
{
    const double side = random->uniform(0.35, 0.85);
    const int width = std::max(1, static_cast<int>(ground.width * side));
    const int height = std::max(1, static_cast<int>(ground.height * side));
    const auto place = [&](int room) {
        return static_cast<int>(random->below(static_cast<std::uint64_t>(room) + 1));
    };
    const int x = place(ground.width - width);
    return {x, place(ground.height - height), width, height};
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

at::Tensor varied(at::Tensor clip, const Variation &variation, Modality modality)
{
    if (modality == Modality::Flow) {
        if (variation.flip) {
            clip = clip.flip(3);
            clip[0].neg_().add_(1);
        }
        return clip;
    }
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
