// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fovea/core/image.h"

namespace fovea {

/** \brief A layer of a darknet network; fields that its kind has no use for stay as they are */
struct DarknetLayer {
    enum class Kind {
        Convolution,
        MaxPool,
        Route,         ///< its `from` joined, or one of `groups` parts of their channels
        Upsample,      ///< each pixel `stride` x `stride` times
        Shortcut,      ///< the layer before plus `from`
        ScaleChannels, ///< `from` times the layer before
        Dropout,       ///< nothing, when a network is used
        Yolo           ///< boxes of the layer before
    };

    Kind kind = Kind::Dropout;
    std::size_t line = 0;                             ///< of the cfg
    std::int64_t channels = 0, height = 0, width = 0; ///< of the map that it gives
    std::vector<std::size_t> from;                    ///< layers that it names, counted from 0

    std::int64_t size = 1;
    std::int64_t stride = 1;
    std::int64_t padding = 0; ///< convolution: on each side; pool: of both sides together
    std::int64_t groups = 1;
    std::int64_t group = 0;                    ///< of a route, which of its groups
    std::vector<std::int64_t> filters;         ///< those that are computed; empty: all channels
    bool normalised = false;                   ///< BatchNorm in place of a bias
    std::string activation;                    ///< as the cfg names it; linear: none
    std::vector<std::array<float, 2>> anchors; ///< Yolo: width and height, pixels of the input
    std::int64_t classes = 0;
    float scale_xy = 1;
    bool new_coords = false; ///< Yolo: another decoding
};

struct DarknetNetwork {
    std::vector<DarknetLayer> layers;
    std::int64_t parameters = 0; ///< floats in the weights file, behind its header
};

/**
 * \brief Read a darknet cfg and check all that its layers come to
 *
 * Sections and their integers, what layers refer to, channels that groups share, and the size of every map.
 * \param text the cfg, whole
 * \param input what the network is given
 * \throw Error Settings with the line, what was expected and got; without the file's name.
 * Source: darknet's src/parser.c
 */
DarknetNetwork read_darknet_cfg(std::string_view text, ImageSize input);

} // namespace fovea
