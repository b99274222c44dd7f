// SPDX-License-Identifier: MIT
#include "fovea/engine/torch/torch_device.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <torch/cuda.h>
#include <torch/version.h>

#include "fovea/core/errors.h"
#include "fovea/core/formatted.h"
#include "fovea/engine/device_name.h"
#include "fovea/engine/engine_info.h"

namespace fovea {

std::string libtorch_cuda()
{
    if (!at::hasCUDA())
        return "none (this LibTorch has no CUDA, or there is no GPU)";
    return counted(static_cast<std::size_t>(at::detail::getCUDAHooks().getNumGPUs()), "device");
}

bool libtorch_finds_gpu()
{
    return torch::cuda::is_available();
}

void check_is_float(const std::string &precision)
{
    if (precision != "auto" && precision != "fp32")
        throw Error(Error::Kind::Settings,
                    "precision '" + precision + "' is not there; expected auto or fp32");
}

void use_threads(int threads)
{
    if (at::get_num_threads() != threads)
        at::set_num_threads(threads);
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
    const auto asked = device_name(name);
    if (!asked)
        throw Error(Error::Kind::Settings,
                    "device '" + name + "' is not known; expected " + device_names);
    const bool has_cuda = libtorch_finds_gpu();
    const bool is_auto = asked->kind == DeviceName::Kind::Auto;
    if (asked->kind == DeviceName::Kind::Cpu || (is_auto && !has_cuda))
        return at::kCPU;
    if (!has_cuda)
        throw Error(
            Error::Kind::Settings,
            "device '" + name +
                "': this LibTorch (" TORCH_VERSION
                ") finds no GPU; use device=cpu, or build with -Dlibtorch=DIR of a LibTorch "
                "made for CUDA and check the driver with nvidia-smi");
    if (asked->index >= gpu_count())
        throw Error(Error::Kind::Settings,
                    "device '" + name + "' is not there; expected one of " + devices_here());
    return {at::kCUDA, static_cast<at::DeviceIndex>(asked->index)};
}

} // namespace fovea
