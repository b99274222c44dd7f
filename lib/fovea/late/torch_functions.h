// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/bundle/torch_networks.h"
#include "fovea/engine/engine_info.h"
#include "fovea/engine/onednn/torch_layer.h"
#include "fovea/engine/torch/torch_maps.h"
#include "fovea/store/tensors/feature_file.h"

namespace fovea {

/**
 * \brief What rooms that need no LibTorch call of those that do
 *
 * Programs that train link these functions. The elements, `fovea label` and `fovea watch`, which seldom need one, link
 * late_torch.cpp in their place, which gets this table from libfovea-torch.so at the first call.
 */
struct TorchFunctions {
    decltype(&libtorch_cuda) cuda;
    decltype(&libtorch_finds_gpu) finds_gpu;
    decltype(&run_torch_layer) run_layer;
    decltype(&torch_layer_shape) layer_shape;
    decltype(&make_torch_maps) make_maps;
    decltype(&load_torch_extractor) load_extractor;
    decltype(&check_torch_clip) check_clip;
    decltype(&torch_head_parameters) head_parameters;
    decltype(&load_torch_head) load_head;
    decltype(&load_torch_saliency) load_saliency;
    decltype(&torch_keypoint_graph) keypoint_graph;
    decltype(&read_feature_file) read_features;
    decltype(&write_feature_file) write_features;
};

} // namespace fovea

/* What libfovea-torch.so shows */
extern "C" {
/** \brief Which build this is, by version and sources: the table fits programs of the same one alone */
__attribute__((visibility("default"))) const char *fovea_torch_build();
__attribute__((visibility("default"))) const fovea::TorchFunctions *fovea_torch_functions();
}
