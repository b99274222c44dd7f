// SPDX-License-Identifier: MIT
#include "fovea/late/torch_functions.h"

#include "torch_build.h" // FOVEA_TORCH_BUILD

namespace fovea {

namespace {

constexpr TorchFunctions functions = {
    libtorch_cuda,      libtorch_finds_gpu,   run_torch_layer,      torch_layer_shape,
    make_torch_maps,    load_torch_extractor, check_torch_clip,     torch_head_parameters,
    load_torch_head,    load_torch_saliency,  torch_keypoint_graph, read_feature_file,
    write_feature_file,
};

} // namespace

} // namespace fovea

const char *fovea_torch_build()
{
    return FOVEA_TORCH_BUILD;
}

const fovea::TorchFunctions *fovea_torch_functions()
{
    return &fovea::functions;
}
