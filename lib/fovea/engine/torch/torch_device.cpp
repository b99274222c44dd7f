// SPDX-License-Identifier: MIT
#include "fovea/engine/torch/torch_device.h"

#include <charconv>

#include <ATen/Context.h>
#include <torch/cuda.h>
#include <torch/version.h>

#include "fovea/core/errors.h"
#include "fovea/engine/engine_info.h"

namespace fovea {

std::string libtorch_cuda()
{
    if (!at::hasCUDA())
        return "none (this LibTorch has no CUDA, or there is no GPU)";
    const auto count = at::detail::getCUDAHooks().getNumGPUs();
    return std::to_string(count) + (count == 1 ? " device" : " devices");
}

bool libtorch_finds_gpu()
{
    return torch::cuda::is_available();
}

int gpu_count()
{
    return static_cast<int>(torch::cuda::device_count()); // of a type that differs between versions
}

namespace {

std::string devices_here()
{
    std::string list = "cpu";
    for (int i = 0; i < gpu_count(); ++i)
        list += ", cuda:" + std::to_string(i);
    return list;
}

} // namespace

at::Device torch_device(const std::string &name)
{
    const bool has_cuda = libtorch_finds_gpu();
    if (name == "cpu" || (name == "auto" && !has_cuda))
        return at::kCPU;
    if (name == "auto")
        return {at::kCUDA, 0};

    const std::string prefix = "cuda:";
    int index = 0;
    bool understood = name == "cuda";
    if (name.compare(0, prefix.size(), prefix) == 0) {
        const char *end = name.data() + name.size();
        const auto [rest, error] = std::from_chars(name.data() + prefix.size(), end, index);
        understood = error == std::errc() && rest == end && index >= 0;
    }
    if (!understood)
        throw Error(Error::Kind::Settings,
                    "device '" + name + "' is not known; expected auto, cpu, cuda or cuda:N");
    if (!has_cuda)
        throw Error(
            Error::Kind::Settings,
            "device '" + name +
                "': this LibTorch (" TORCH_VERSION
                ") finds no GPU; use device=cpu, or build with -Dlibtorch=DIR of a LibTorch "
                "made for CUDA and check the driver with nvidia-smi");
    if (index >= gpu_count())
        throw Error(Error::Kind::Settings,
                    "device '" + name + "' is not there; expected one of " + devices_here());
    return {at::kCUDA, static_cast<at::DeviceIndex>(index)};
}

} // namespace fovea
