// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

namespace fovea {

/** \brief What the name of a device asks for */
struct DeviceName {
    enum class Kind { Auto, Cpu, Cuda };

    Kind kind = Kind::Auto;
    int index = 0; ///< of the GPU, at least 0; 0 where none is named
};

/** \brief Names as an error tells them */
inline constexpr const char *device_names = "auto, cpu, cuda or cuda:N";

/** \brief Empty where it is none of device_names */
std::optional<DeviceName> device_name(const std::string &name);

} // namespace fovea
