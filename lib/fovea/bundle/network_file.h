// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "fovea/engine/onednn/graph_shapes.h"
#include "fovea/engine/plain_head.h"
#include "fovea/nn/graph.h"

/**
 * The bytes of a network, or of a head, that network_cache.h keeps: of one key, with a CRC-32 of all behind it.
 *
 * A file is of this computer, but what it says is checked as if it were not: what is read can be run.
 */
namespace fovea {

constexpr std::size_t most_network_bytes = std::size_t{64}
                                           << 20; ///< to read more takes as long as to make it

struct KeptNetwork {
    nn::Graph graph; ///< without LibTorch layers
    MapShape clip;   ///< one that it takes
    /// of a row and as DescribedNetwork, or 0 where a graph is all there is
    std::int64_t channels = 0;
    double flops_per_pixel = 0;
};

/** \throw Error Settings for one with LibTorch layers, or that is larger than most_network_bytes */
std::string network_file(const std::string &key, const KeptNetwork &network);

/** \brief Likewise of a head */
std::string head_file(const std::string &key, const HeadParameters &head);

/** \return a network that is right for its clip \throw Error Settings for another key, and whatever is damaged */
KeptNetwork parse_network(std::string_view bytes, const std::string &key);

/** \brief Likewise a head, whose parameters make_plain_head() checks */
HeadParameters parse_head(std::string_view bytes, const std::string &key);

} // namespace fovea
