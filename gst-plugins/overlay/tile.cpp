// SPDX-License-Identifier: MIT
#include "overlay/tile.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "fovea/core/errors.h"

namespace fovea {

int even_floor(double value)
{
    return 2 * static_cast<int>(std::floor(value / 2));
}

int even_ceil(double value)
{
    return 2 * static_cast<int>(std::ceil(value / 2));
}

std::vector<Tile> draw_tiles(const std::vector<PixelRect> &rects,
                             const std::function<void(cairo_t *)> &draw)
{
    std::vector<Tile> tiles;
    for (const PixelRect &rect : rects) {
        if (rect.width <= 0 || rect.height <= 0)
            continue;
        Tile tile = {rect, std::vector<std::uint32_t>(static_cast<std::size_t>(rect.width) *
                                                      static_cast<std::size_t>(rect.height))};
        const std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)> surface(
            cairo_image_surface_create_for_data(
                reinterpret_cast<unsigned char *>(tile.pixels.data()), CAIRO_FORMAT_ARGB32,
                rect.width, rect.height, rect.width * 4),
            cairo_surface_destroy);
        const std::unique_ptr<cairo_t, decltype(&cairo_destroy)> context(
            cairo_create(surface.get()), cairo_destroy);
        cairo_translate(context.get(), -rect.x, -rect.y);
        draw(context.get());
        cairo_surface_flush(surface.get());
        if (const cairo_status_t status = cairo_status(context.get()))
            throw Error(Error::Kind::Init, std::string("the overlay cannot be drawn: ") +
                                               cairo_status_to_string(status));
        tiles.push_back(std::move(tile));
    }
    return tiles;
}

std::vector<PixelRect> strips_inside(const PixelRect &outer, int thickness)
{
    const auto &[x, y, width, height] = outer;
    const int across = std::min(thickness, width / 4 * 2); // so that opposite ones never overlap
    const int down = std::min(thickness, height / 4 * 2);
    const int inner = height - 2 * down;
    return {{x, y, width, down},
            {x, y + height - down, width, down},
            {x, y + down, across, inner},
            {x + width - across, y + down, across, inner}};
}

} // namespace fovea
