// SPDX-License-Identifier: MIT
#include "fovea/focus/salient_box.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "fovea/core/errors.h"

namespace fovea {

namespace {

std::string text_of(ImageSize size)
{
    return std::to_string(size.width) + " x " + std::to_string(size.height);
}

void check_fits(ImageSize box, ImageSize size)
{
    if (box.width >= 1 && box.height >= 1 && box.width <= size.width && box.height <= size.height)
        return;
    throw Error(Error::Kind::Settings, "focus: expected a box of 1 x 1 to " + text_of(size) +
                                           " pixels, got " + text_of(box));
}

/** sums[y][x] of everything above and left of (x, y), one row and column of zeros first */
std::vector<double> integral(const std::vector<float> &values, ImageSize size)
{
    const auto width = static_cast<std::size_t>(size.width);
    const auto height = static_cast<std::size_t>(size.height);
    std::vector<double> sums((width + 1) * (height + 1));
    for (std::size_t y = 0; y < height; ++y) {
        double row = 0;
        for (std::size_t x = 0; x < width; ++x) {
            row += static_cast<double>(values[y * width + x]);
            sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + row;
        }
    }
    return sums;
}

PixelBox box_at(int x, int y, ImageSize box)
{
    return {static_cast<double>(x), static_cast<double>(y), static_cast<double>(box.width),
            static_cast<double>(box.height)};
}

PixelBox centre_box(ImageSize size, ImageSize box)
{
    check_fits(box, size);
    return box_at((size.width - box.width) / 2, (size.height - box.height) / 2, box);
}

PixelBox random_box(ImageSize size, ImageSize box, double draw_x, double draw_y)
{
    check_fits(box, size);
    const auto place = [](int room, double draw) {
        return std::clamp(static_cast<int>(draw * (room + 1)), 0, room);
    };
    return box_at(place(size.width - box.width, draw_x), place(size.height - box.height, draw_y),
                  box);
}

} // namespace

ImageSize box_size(ImageSize view, double share)
{
    const auto side = [share](int pixels) {
        return std::clamp(static_cast<int>(std::lround(pixels * share)), 1, pixels);
    };
    return {side(view.width), side(view.height)};
}

PixelBox salient_box(const std::vector<float> &saliency, ImageSize size, ImageSize box)
{
    const std::size_t expected =
        static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height);
    if (saliency.size() != expected)
        throw Error(Error::Kind::Settings, "focus: expected a map of " + text_of(size) +
                                               " values, got " + std::to_string(saliency.size()));
    check_fits(box, size);
    const std::vector<double> sums = integral(saliency, size);
    const auto at = [&](int x, int y) {
        return sums[static_cast<std::size_t>(y) * (static_cast<std::size_t>(size.width) + 1) +
                    static_cast<std::size_t>(x)];
    };
    int best_x = 0;
    int best_y = 0;
    double best = -HUGE_VAL;
    for (int y = 0; y + box.height <= size.height; ++y) {
        for (int x = 0; x + box.width <= size.width; ++x) {
            const double sum = at(x + box.width, y + box.height) - at(x, y + box.height) -
                               at(x + box.width, y) + at(x, y);
            if (sum > best) {
                best = sum;
                best_x = x;
                best_y = y;
            }
        }
    }
    return box_at(best_x, best_y, box);
}

PixelBox baseline_box(Focus focus, ImageSize size, ImageSize box, double draw_x, double draw_y)
{
    if (focus == Focus::Repeat)
        return {0, 0, static_cast<double>(size.width), static_cast<double>(size.height)};
    return focus == Focus::Random ? random_box(size, box, draw_x, draw_y) : centre_box(size, box);
}

Box share_of(const PixelBox &box, ImageSize size)
{
    return {static_cast<float>(box.x / size.width), static_cast<float>(box.y / size.height),
            static_cast<float>(box.width / size.width),
            static_cast<float>(box.height / size.height)};
}

} // namespace fovea
