// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "fovea/nn/graph.h"

namespace fovea {

/** \brief Size of the map that a node of a graph makes, for one clip */
struct MapShape {
    std::int64_t channels = 0;
    std::int64_t frames = 0; ///< of the whole clip or stream; unknown_frames: not known yet
    std::int64_t height = 0;
    std::int64_t width = 0;

    std::int64_t pixels() const { return height * width; } ///< of a frame
};

constexpr std::int64_t unknown_frames = -1;

/**
 * \brief Shapes of all nodes, from that of the clip
 * \throw Error Settings naming the layer: for a clip it cannot take, and where the frames are
 * unknown for a LibTorch layer that needs them all
 */
std::vector<MapShape> map_shapes(const nn::Graph &graph, const MapShape &clip);

/** \brief Frames of the last map of a clip, of a graph without LibTorch layers; 0: there are too few */
std::int64_t frames_made(const nn::Graph &graph, std::int64_t frames);

} // namespace fovea
