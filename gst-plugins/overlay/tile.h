// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <cairo.h>

#include "fovea/core/geometry.h"

namespace fovea {

/** \brief A drawn rectangle: 0xAARRGGBB, premultiplied, rows without padding */
struct Tile {
    PixelRect rect;
    std::vector<std::uint32_t> pixels;
};

/**
 * \brief A piece of the picture, rendered only when nothing with its key is at hand
 *
 * The key tells everything that render() depends on. The tiles are relative to (x, y), which is
 * even, as are the tiles' corners: so chroma samples never straddle two tiles.
 */
struct Drawing {
    std::string key;
    int x = 0;
    int y = 0;
    std::function<std::vector<Tile>()> render;
};

/** \brief The largest even number not above \a value */
int even_floor(double value);

/** \brief The smallest even number not below \a value */
int even_ceil(double value);

/**
 * \brief Render \a draw into tiles over \a rects, which must not overlap
 *
 * The coordinates that \a draw sees are those of the rects.
 */
std::vector<Tile> draw_tiles(const std::vector<PixelRect> &rects,
                             const std::function<void(cairo_t *)> &draw);

/** \brief The four strips of width \a thickness along the inside of \a outer; even sizes stay even */
std::vector<PixelRect> strips_inside(const PixelRect &outer, int thickness);

} // namespace fovea
