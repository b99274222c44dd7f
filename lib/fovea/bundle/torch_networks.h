// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "fovea/bundle/load_networks.h"
#include "fovea/engine/plain_head.h"
#include "fovea/nn/graph.h"

/**
 * What load_networks.cpp has LibTorch for: it reads a model's files, checks them and runs what runs in
 * LibTorch alone. A program links torch_networks.cpp, or lib/fovea/late, which loads it when it is first asked.
 */
namespace fovea {

/** \brief Files of an activity model by role \throw Error as Bundle::file; Settings where the card names none */
std::filesystem::path weights_of(const Bundle &bundle, NetworkRole role);

/** \brief As load_feature_extractor() of an activity model, whose ranges are in \a options where it needs some */
std::unique_ptr<FeatureExtractor> load_torch_extractor(const Bundle &bundle,
                                                       const EngineOptions &options,
                                                       NetworkRole role);

/** \throw Error Settings when the model's network cannot take clips of that size (expected and got) */
void check_torch_clip(const Bundle &bundle, std::int64_t frames, std::int64_t height,
                      std::int64_t width);

/** \brief What a head was trained to, for make_plain_head() \throw Error as load_head() */
HeadParameters torch_head_parameters(const Bundle &bundle, const std::string &head);

/** \brief As load_head() */
std::unique_ptr<ActivityHead> load_torch_head(const Bundle &bundle, const std::string &head);

/** \brief As load_saliency_mapper() */
std::unique_ptr<SaliencyMapper> load_torch_saliency(const Bundle &bundle, const SecondLook &look,
                                                    const EngineOptions &options);

/** \brief The network `keypoints` \throw Error as load_weights() */
nn::Graph torch_keypoint_graph(const std::filesystem::path &weights);

/** \brief Whether LibTorch is here from the start, so that nothing is gained by what network_cache.h keeps */
bool libtorch_is_linked();

} // namespace fovea
