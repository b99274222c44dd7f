// SPDX-License-Identifier: MIT
#include "fovea/detect/motion_gate.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace fovea {

namespace {

constexpr int side = 8;                                      // pixels
constexpr Nanoseconds linger = 2 * nanoseconds_per_second;   // behind a movement
constexpr Nanoseconds refresh = 10 * nanoseconds_per_second; // from one look to the next at most

/** \brief Mean of R, G and B in each cell; those at the right and lower edge may be smaller */
std::vector<float> cells_of(const RgbImage &picture)
{
    const int columns = (picture.size.width + side - 1) / side;
    const int rows = (picture.size.height + side - 1) / side;
    std::vector<float> sums(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows));
    const std::uint8_t *pixel = picture.pixels.data();
    for (int y = 0; y < picture.size.height; ++y) {
        float *row = &sums[static_cast<std::size_t>(y / side) * static_cast<std::size_t>(columns)];
        for (int x = 0; x < picture.size.width; x += side) {
            const int count = std::min(side, picture.size.width - x);
            int sum = 0;
            for (int i = 0; i < 3 * count; ++i)
                sum += pixel[i];
            pixel += 3 * count;
            const int height = std::min(side, picture.size.height - y / side * side);
            row[x / side] += static_cast<float>(sum) / static_cast<float>(3 * count * height);
        }
    }
    return sums;
}

float largest_change(const std::vector<float> &one, const std::vector<float> &other)
{
    float largest = 0;
    for (std::size_t i = 0; i < one.size(); ++i)
        largest = std::max(largest, std::abs(one[i] - other[i]));
    return largest;
}

} // namespace

bool MotionGate::opens(const RgbImage &picture, Nanoseconds time)
{
    if (threshold_ <= 0)
        return true;
    std::vector<float> cells = cells_of(picture);
    const bool is_first = cells.size() != seen_.size();
    if (is_first || largest_change(cells, seen_) >= static_cast<float>(threshold_))
        moved_ = time;
    if (time - *moved_ >= linger && time - looked_ < refresh)
        return false;
    seen_ = std::move(cells);
    looked_ = time;
    return true;
}

} // namespace fovea
