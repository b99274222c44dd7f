// SPDX-License-Identifier: MIT
#include "fovea/engine/engine_info.h"

#include <oneapi/dnnl/dnnl.hpp>
#include <torch/version.h>

#include "fovea/engine/onednn/precision.h"

namespace fovea {

std::string libtorch_version()
{
    return TORCH_VERSION;
}

std::string onednn_version()
{
    const dnnl_version_t *version = dnnl_version();
    return std::to_string(version->major) + "." + std::to_string(version->minor) + "." +
           std::to_string(version->patch);
}

std::string cpu_precision()
{
    return cpu_has_bf16() ? "bf16" : "fp32";
}

} // namespace fovea
