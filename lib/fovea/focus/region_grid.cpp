// SPDX-License-Identifier: MIT
#include "fovea/focus/region_grid.h"

#include <algorithm>
#include <string>

#include "fovea/core/errors.h"

namespace fovea {

namespace {

constexpr int max_grid = 16;

void check_share(const std::string &name, double share)
{
    if (!(share > 0 && share <= 1)) // refuses NaN too
        throw Error(Error::Kind::Settings,
                    name + ": expected more than 0 and at most 1, got " + std::to_string(share));
}

void check(const RegionGridOptions &options)
{
    if (options.grid < 0 || options.grid > max_grid)
        throw Error(Error::Kind::Settings, "grid: expected 0 to " + std::to_string(max_grid) +
                                               ", got " + std::to_string(options.grid));
    check_share("fraction", options.fraction);
    check_share("cut-width", options.cut_width);
    check_share("cut-height", options.cut_height);
    if (!options.full && options.grid == 0 && !options.actor)
        throw Error(Error::Kind::Settings,
                    "grid: expected at least one region, got none; "
                    "switch on the full frame or the actor, or set grid to 1 or more");
}

} // namespace

Box view_box(ViewArea area, ImageSize frame)
{
    if (area == ViewArea::Frame)
        return whole_frame;
    const int side = std::min(frame.width, frame.height);
    const auto width = static_cast<float>(frame.width);
    const auto height = static_cast<float>(frame.height);
    // Integer division: the square starts on a whole pixel
    const int x = (frame.width - side) / 2;
    const int y = (frame.height - side) / 2;
    return {static_cast<float>(x) / width, static_cast<float>(y) / height,
            static_cast<float>(side) / width, static_cast<float>(side) / height};
}

Box full_view(const RegionGridOptions &options, ImageSize frame)
{
    const auto width = static_cast<float>(options.cut_width);
    const auto height = static_cast<float>(options.cut_height);
    return inside({(1 - width) / 2, (1 - height) / 2, width, height},
                  view_box(options.area, frame));
}

std::vector<Region> region_grid(const RegionGridOptions &options, ImageSize frame, const Box *actor)
{
    check(options);
    const Box view = view_box(options.area, frame);
    const int n = options.grid;
    const auto side = static_cast<float>(options.fraction);
    const double slack = 1 - options.fraction;
    const auto offset = [&](int index) {
        return static_cast<float>(n == 1 ? slack / 2 : slack * index / (n - 1));
    };

    std::vector<Region> regions;
    if (options.full)
        regions.push_back({RegionKind::Full, full_view(options, frame)});
    if (options.full && options.crops) {
        const bool wide = frame.width >= frame.height;
        for (const float end : {0.0F, 1.0F}) {
            Box crop = regions.front().box;
            (wide ? crop.x : crop.y) = end * (1 - (wide ? crop.width : crop.height));
            regions.push_back({RegionKind::Full, crop});
        }
    }
    for (int row = 0; row < n; ++row) {
        for (int column = 0; column < n; ++column)
            regions.push_back(
                {RegionKind::Grid, inside({offset(column), offset(row), side, side}, view)});
    }
    if (options.actor)
        regions.push_back({RegionKind::Actor, actor != nullptr ? *actor : view});
    return regions;
}

} // namespace fovea
