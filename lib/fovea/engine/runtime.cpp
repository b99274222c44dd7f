#include "fovea/engine/runtime.h"

#include <ATen/Context.h>
#include <torch/version.h>

namespace fovea {

std::string libtorch_version()
{
    return TORCH_VERSION;
}

std::string libtorch_cuda()
{
    if (!at::hasCUDA())
        return "none (this LibTorch has no CUDA, or there is no GPU)";
    const auto count = at::detail::getCUDAHooks().getNumGPUs();
    return std::to_string(count) + (count == 1 ? " device" : " devices");
}

} // namespace fovea
