// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "fovea/bundle/bundle.h"
#include "fovea/engine/plain_head.h"
#include "fovea/nn/graph.h"

/**
 * What LibTorch made of a model's files, kept in cache_folder()/networks, so that the next process need not load
 * LibTorch (a third of a second) to make it again. For the models that are installed with Fovea it is installed, too
 *
 * A file is of one key, which names all that it depends on: what does not fit is made anew. Files appear whole or
 * not at all, and are checked when they are read. Where none can be written nothing is kept, and nothing is said.
 */
namespace fovea {

struct KeptNetwork {
    nn::Graph graph; ///< without LibTorch layers
    std::int64_t channels = 0;
    double flops_per_pixel = 0; ///< as DescribedNetwork
    HeadParameters head;
};

/**
 * \brief Of what a network is made: the card, the weights, and the sources of this library that turn them into it
 * \param weights file of the bundle, checked \param what of the model: its network, a head
 * \throw Error NotFound when it cannot be read
 */
std::string network_key(const Bundle &bundle, const std::filesystem::path &weights,
                        const std::string &what);

/** \brief What was kept under that key; nothing where it was not, or is damaged */
std::optional<KeptNetwork> find_kept(const std::string &key);

/** \brief Keeps a network without LibTorch layers of at most 64 MB; of many files the oldest go */
void keep(const std::string &key, const KeptNetwork &network);

} // namespace fovea
