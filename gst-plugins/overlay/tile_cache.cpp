// SPDX-License-Identifier: MIT
#include "overlay/tile_cache.h"

namespace fovea {

void TileCache::blend(const std::vector<Drawing> &drawings, GstVideoFrame *frame)
{
    ++frame_;
    for (const Drawing &drawing : drawings) {
        auto [place, is_new] = entries_.try_emplace(drawing.key);
        Entry &entry = place->second;
        if (is_new) {
            for (const Tile &tile : drawing.render())
                entry.tiles.emplace_back(tile, info_);
        }
        entry.last_used = frame_;
        for (const PlanarTile &tile : entry.tiles)
            tile.blend(frame, drawing.x, drawing.y);
    }
    for (auto entry = entries_.begin(); entry != entries_.end();)
        entry = entry->second.last_used + kept_frames < frame_ ? entries_.erase(entry)
                                                               : std::next(entry);
}

} // namespace fovea
