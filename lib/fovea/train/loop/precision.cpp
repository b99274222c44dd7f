// SPDX-License-Identifier: MIT
#include "fovea/train/loop/precision.h"

#include <ATen/Context.h>
#include <ATen/autocast_mode.h>
#include <torch/version.h>

namespace fovea {

namespace {

void set_autocast(at::DeviceType device, bool on)
{
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
    at::autocast::set_autocast_enabled(device, on);
    at::autocast::set_autocast_dtype(device, at::kBFloat16);
#else
    if (device == at::kCPU) {
        at::autocast::set_cpu_enabled(on);
        at::autocast::set_autocast_cpu_dtype(at::kBFloat16);
    } else {
        at::autocast::set_enabled(on);
        at::autocast::set_autocast_gpu_dtype(at::kBFloat16);
    }
#endif
}

} // namespace

void use_exact_float()
{
    at::globalContext().setAllowTF32CuDNN(false);
    at::globalContext().setAllowTF32CuBLAS(false);
}

Autocast::Autocast(TrainPrecision precision, at::Device device)
    : device_(device.type()), on_(precision == TrainPrecision::Bf16)
{
    if (!on_)
        return;
    set_autocast(device_, true);
    at::autocast::increment_nesting();
}

Autocast::~Autocast()
{
    if (!on_)
        return;
    if (at::autocast::decrement_nesting() == 0)
        at::autocast::clear_cache(); // else the next step would use the weights of this one
    set_autocast(device_, false);
}

} // namespace fovea
