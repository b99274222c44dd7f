// SPDX-License-Identifier: MIT
#include "fovea/late/torch_functions.h"

#include "torch_build.h" // FOVEA_TORCH_BUILD

using namespace fovea;

const char *fovea_torch_build()
{
    return FOVEA_TORCH_BUILD;
}

const TorchFunctions *fovea_torch_functions()
{
    static const TorchFunctions functions = {
        libtorch_cuda,      libtorch_finds_gpu,   run_torch_layer,      torch_layer_shape,
        make_torch_maps,    load_torch_extractor, check_torch_clip,     torch_head_parameters,
        load_torch_head,    load_torch_saliency,  torch_keypoint_graph, read_feature_file,
        write_feature_file,
    };
    return &functions;
}
