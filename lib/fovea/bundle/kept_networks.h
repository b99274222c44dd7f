// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "fovea/bundle/load_networks.h"
#include "fovea/bundle/network_cache.h"
#include "fovea/nn/graph.h"

/**
 * What load_networks.h loads, by way of network_cache.h: LibTorch makes what was not kept, and it is kept where that
 * can be. A program in which LibTorch is linked makes all anew.
 */
namespace fovea {

/** \brief An activity model's network, as load_torch_extractor() \param options with the ranges that int8 needs */
std::unique_ptr<FeatureExtractor> load_network(const Bundle &bundle, const EngineOptions &options,
                                               NetworkRole role);

/** \brief An activity model's head, of those of is_plain_head() */
std::unique_ptr<ActivityHead> load_plain_head(const Bundle &bundle, const std::string &head);

/** \brief As torch_keypoint_graph() \param weights a file of the bundle */
nn::Graph load_keypoint_graph(const Bundle &bundle, const std::filesystem::path &weights);

/**
 * \brief What is kept of the bundle's files as they are now
 * \throw Error as Bundle::file()
 */
std::vector<KeptModelFile> kept_files(const Bundle &bundle);

/**
 * \brief Makes what the first `fovea label` or `fovea watch` of a model would keep, without a look at what there is
 * \param bundle with a plain head, or of Kind::Pose with the architecture `keypoints`
 * \throw Error as the above, and as keep_network(): nothing is missing when it returns
 */
void keep_networks(const Bundle &bundle);

} // namespace fovea
