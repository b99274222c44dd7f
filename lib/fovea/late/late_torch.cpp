// SPDX-License-Identifier: MIT
#include <dlfcn.h>

#include "fovea/late/gpu_device.h"
#include "fovea/late/torch_library.h"

namespace fovea {

namespace {

const TorchFunctions &torch()
{
    // Where it fails, tried again
    static const TorchFunctions *functions =
        &open_torch_library(torch_library_places(own_folder()));
    return *functions;
}

} // namespace

bool libtorch_is_linked()
{
    return false;
}

std::string libtorch_cuda()
{
    return torch().cuda();
}

bool libtorch_finds_gpu()
{
    // Without the driver no LibTorch computes on a GPU; with it, the one that is installed knows
    static const bool has_driver =
        may_have_gpu("/dev") && dlopen("libcuda.so.1", RTLD_LAZY | RTLD_LOCAL) != nullptr;
    return has_driver && torch().finds_gpu();
}

void run_torch_layer(const TorchLayer &layer, const std::vector<std::byte *> &from, std::byte *to)
{
    torch().run_layer(layer, from, to);
}

std::vector<std::int64_t> torch_layer_shape(const nn::Node &node,
                                            const std::vector<std::int64_t> &shape)
{
    return torch().layer_shape(node, shape);
}

std::unique_ptr<MapNetwork> make_torch_maps(const nn::Graph &graph, const MapShape &picture,
                                            int threads, const EngineOptions &options)
{
    return torch().make_maps(graph, picture, threads, options);
}

std::unique_ptr<FeatureExtractor> load_torch_extractor(const Bundle &bundle,
                                                       const EngineOptions &options,
                                                       NetworkRole role)
{
    return torch().load_extractor(bundle, options, role);
}

void check_torch_clip(const Bundle &bundle, std::int64_t frames, std::int64_t height,
                      std::int64_t width)
{
    torch().check_clip(bundle, frames, height, width);
}

HeadParameters torch_head_parameters(const Bundle &bundle, const std::string &head)
{
    return torch().head_parameters(bundle, head);
}

std::unique_ptr<ActivityHead> load_torch_head(const Bundle &bundle, const std::string &head)
{
    return torch().load_head(bundle, head);
}

std::unique_ptr<SaliencyMapper> load_torch_saliency(const Bundle &bundle, const SecondLook &look,
                                                    const EngineOptions &options)
{
    return torch().load_saliency(bundle, look, options);
}

nn::Graph torch_keypoint_graph(const std::filesystem::path &weights)
{
    return torch().keypoint_graph(weights);
}

FeatureFile read_feature_file(const std::filesystem::path &file)
{
    return torch().read_features(file);
}

void write_feature_file(const std::filesystem::path &file, const FeatureFile &features)
{
    torch().write_features(file, features);
}

} // namespace fovea
