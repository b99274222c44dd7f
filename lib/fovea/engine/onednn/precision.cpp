// SPDX-License-Identifier: MIT
#include "fovea/engine/onednn/precision.h"

#include "fovea/core/errors.h"
#include "fovea/core/formatted.h"
#include "fovea/engine/engine_info.h"
#include "fovea/engine/onednn/onednn_network.h"

namespace fovea {

namespace {

std::string name_of(Element element)
{
    if (is_integer(element))
        return "int8";
    return element == Element::Float32 ? "fp32" : "bf16";
}

} // namespace

bool cpu_has_bf16()
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx512bf16");
#else
    return false;
#endif
}

bool cpu_has_int8()
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx512vnni");
#else
    return false;
#endif
}

void check_is_cpu(const std::string &device)
{
    if (device != "auto" && device != "cpu")
        throw Error(Error::Kind::Settings, "device '" + device +
                                               "': oneDNN runs on the CPU; use device=cpu, or "
                                               "engine=torch");
}

Element element_for(const std::string &precision)
{
    if (precision == "fp32")
        return Element::Float32;
    if (precision == "auto")
        return cpu_has_bf16() ? Element::BFloat16 : Element::Float32;
    if (precision == "int8") {
        if (cpu_has_int8())
            return Element::Int8;
        throw Error(Error::Kind::Settings,
                    "precision 'int8': this processor has no avx512_vnni; use auto or fp32");
    }
    if (precision != "bf16")
        throw Error(Error::Kind::Settings, "precision '" + precision +
                                               "' is not there; expected auto, fp32, bf16 or int8");
    if (!cpu_has_bf16())
        throw Error(Error::Kind::Settings,
                    "precision 'bf16': this processor has no avx512_bf16; use auto or fp32");
    return Element::BFloat16;
}

std::string runtime_of(const OnednnNetwork &network)
{
    return "oneDNN " + onednn_version() + ", cpu, " +
           counted(static_cast<std::size_t>(network.threads()), "thread") + ", " +
           name_of(network.element()) + (network.bf16x3() ? " as bf16x3" : "");
}

} // namespace fovea
