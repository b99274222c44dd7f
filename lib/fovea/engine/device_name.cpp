// SPDX-License-Identifier: MIT
#include "fovea/engine/device_name.h"

#include <charconv>

namespace fovea {

std::optional<DeviceName> device_name(const std::string &name)
{
    using Kind = DeviceName::Kind;
    if (name == "auto")
        return DeviceName{Kind::Auto};
    if (name == "cpu")
        return DeviceName{Kind::Cpu};
    if (name == "cuda")
        return DeviceName{Kind::Cuda};

    const std::string prefix = "cuda:";
    if (name.compare(0, prefix.size(), prefix) != 0)
        return {};
    int index = 0;
    const char *end = name.data() + name.size();
    const auto [rest, error] = std::from_chars(name.data() + prefix.size(), end, index);
    if (error != std::errc() || rest != end || index < 0)
        return {};
    return DeviceName{Kind::Cuda, index};
}

} // namespace fovea
