// SPDX-License-Identifier: MIT
#include "fovea/core/geometry.h"

#include <algorithm>

namespace fovea {

bool operator==(const Box &a, const Box &b)
{
    return a.x == b.x && a.y == b.y && a.width == b.width && a.height == b.height;
}

Box united(const Box &a, const Box &b)
{
    const float x = std::min(a.x, b.x);
    const float y = std::min(a.y, b.y);
    return {x, y, std::max(a.x_max(), b.x_max()) - x, std::max(a.y_max(), b.y_max()) - y};
}

Box intersected(const Box &a, const Box &b)
{
    const float x = std::max(a.x, b.x);
    const float y = std::max(a.y, b.y);
    return {x, y, std::max(0.0F, std::min(a.x_max(), b.x_max()) - x),
            std::max(0.0F, std::min(a.y_max(), b.y_max()) - y)};
}

float intersection_over_union(const Box &a, const Box &b)
{
    const float common = intersected(a, b).area();
    const float all = a.area() + b.area() - common;
    return all > 0 ? common / all : 0;
}

Box inside(const Box &relative, const Box &outer)
{
    return {outer.x + relative.x * outer.width, outer.y + relative.y * outer.height,
            relative.width * outer.width, relative.height * outer.height};
}

} // namespace fovea
