// SPDX-License-Identifier: MIT
#include "fovea/focus/enlarged.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace fovea {

namespace {

/** \brief Where a pixel of the enlarged picture lies between two of the part, along one side */
struct Between {
    std::size_t low, high;
    float share; ///< of high
};

std::vector<Between> places(double start, double length, std::int64_t pixels)
{
    std::vector<Between> result;
    for (std::int64_t i = 0; i < pixels; ++i) {
        const double centre =
            (static_cast<double>(i) + 0.5) * length / static_cast<double>(pixels) - 0.5;
        const double inside = std::clamp(centre, 0.0, length - 1);
        const double low = std::floor(inside);
        result.push_back({static_cast<std::size_t>(start + low),
                          static_cast<std::size_t>(start + std::min(low + 1, length - 1)),
                          static_cast<float>(inside - low)});
    }
    return result;
}

} // namespace

Array enlarged(const Array &clip, const PixelBox &part)
{
    const auto rows = places(part.y, part.height, clip.shape[3]);
    const auto columns = places(part.x, part.width, clip.shape[4]);
    const std::size_t width = columns.size();
    const std::size_t plane = rows.size() * width;
    Array result(clip.shape);
    for (std::size_t first = 0; first < clip.values.size(); first += plane) {
        const float *from = &clip.values[first];
        float *to = &result.values[first];
        for (const Between &y : rows) {
            for (const Between &x : columns) {
                const auto row = [&](std::size_t line) {
                    const float *pixels = from + line * width;
                    return pixels[x.low] + x.share * (pixels[x.high] - pixels[x.low]);
                };
                const float above = row(y.low);
                *to++ = above + y.share * (row(y.high) - above);
            }
        }
    }
    return result;
}

} // namespace fovea
