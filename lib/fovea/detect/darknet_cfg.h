// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "fovea/core/image.h"

namespace fovea {

/** \brief What the layers of a darknet cfg come to */
struct DarknetSize {
    std::int64_t parameters = 0; ///< floats in the weights file, behind its header
};

/**
 * \brief Check a darknet cfg before OpenCV reads it, which divides by its numbers unseen
 *
 * Sections and their integers, what layers refer to, channels that groups share, and the size of every map.
 * \param text the cfg, whole
 * \param input what the network is given
 * \throw Error Settings with the line, what was expected and got; without the file's name.
 * Source: darknet's src/parser.c
 */
DarknetSize check_darknet_cfg(std::string_view text, ImageSize input);

} // namespace fovea
