// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include <gst/video/video.h>

#include "overlay/planar_tile.h"
#include "overlay/tile.h"

namespace fovea {

/** \brief Blends drawings into frames; what was drawn lately is not rendered again */
class TileCache
{
public:
    explicit TileCache(const GstVideoInfo &info) : info_(info) {}

    /** \brief Drawings are blended in the given order, the last on top */
    void blend(const std::vector<Drawing> &drawings, GstVideoFrame *frame);

private:
    static constexpr std::uint64_t kept_frames = 30; ///< a second: boxes flicker back

    struct Entry {
        std::vector<PlanarTile> tiles;
        std::uint64_t last_used = 0; ///< frame
    };

    GstVideoInfo info_;
    std::unordered_map<std::string, Entry> entries_;
    std::uint64_t frame_ = 0;
};

} // namespace fovea
