// SPDX-License-Identifier: MIT
#include "fovea/late/gpu_device.h"

#include <algorithm>
#include <array>

namespace fovea {

namespace {

/* The driver's of graphics cards, of Tegra, of Windows' subsystem for Linux */
constexpr std::array device_names = {"nvidiactl", "nvidia0", "nvmap", "nvhost-ctrl", "dxg"};

} // namespace

bool may_have_gpu(const std::filesystem::path &devices)
{
    return std::any_of(device_names.begin(), device_names.end(), [&](const char *name) {
        std::error_code error;
        return std::filesystem::exists(devices / name, error) || error;
    });
}

} // namespace fovea
