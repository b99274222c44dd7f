// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include <gst/video/video.h>

#include "overlay/tile.h"

namespace fovea {

/**
 * \brief A tile in the form of the video's planes, ready to be blended straight into them
 *
 * Each byte of the planes under it becomes `add + keep * byte / 255`: one pass, whatever the format.
 * Chroma is averaged over the pixels it stands for, and follows the video's matrix and range. Any
 * format with 8 bits a component will do. Where the video has an alpha channel it is taken for
 * opaque, and drawing makes it more so.
 */
class PlanarTile
{
public:
    PlanarTile(const Tile &tile, const GstVideoInfo &info);

    /** \param x, y where the tiles' origin lies in \a frame, even; what lies outside is left out */
    void blend(GstVideoFrame *frame, int x, int y) const;

private:
    struct Span {
        int begin = 0; ///< first byte of the row that changes
        int end = 0;   ///< behind the last
    };

    struct Plane {
        int index = 0;
        int x_shift = 0; ///< a group of samples stands for 2^x_shift pixels of a row
        int y_shift = 0; ///< a row of samples stands for 2^y_shift rows of pixels
        int group_bytes = 0;
        int row_bytes = 0; ///< of this tile
        std::vector<Span> rows;
        std::vector<std::uint8_t> add;
        std::vector<std::uint8_t> keep;
    };

    void set_component(const Tile &tile, const GstVideoInfo &info, int component);
    static void find_spans(Plane *plane);

    int x_ = 0; ///< of the tile, relative to its origin
    int y_ = 0;
    std::vector<Plane> planes_;
};

} // namespace fovea
