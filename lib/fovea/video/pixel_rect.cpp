// SPDX-License-Identifier: MIT
#include "fovea/video/pixel_rect.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "fovea/core/errors.h"

namespace fovea {

namespace {

int pixel_edge(double edge, int low, int high)
{
    const double nearest = std::round(edge);
    return nearest > low ? static_cast<int>(std::min<double>(nearest, high)) : low;
}

} // namespace

PixelRect pixels_under(const Box &box, ImageSize frame)
{
    if (frame.width < 1 || frame.height < 1)
        throw Error(Error::Kind::Settings, "video frame: expected at least 1x1 pixels, got " +
                                               std::to_string(frame.width) + "x" +
                                               std::to_string(frame.height));

    const double x = double{box.x} * frame.width;
    const double y = double{box.y} * frame.height;
    const int left = pixel_edge(x, 0, frame.width - 1);
    const int top = pixel_edge(y, 0, frame.height - 1);
    const int right = pixel_edge(x + double{box.width} * frame.width, left + 1, frame.width);
    const int bottom = pixel_edge(y + double{box.height} * frame.height, top + 1, frame.height);
    return {left, top, right - left, bottom - top};
}

} // namespace fovea
