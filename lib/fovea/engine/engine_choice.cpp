// SPDX-License-Identifier: MIT
#include "fovea/engine/engine_choice.h"

#include "fovea/core/errors.h"
#include "fovea/engine/engine_info.h"

namespace fovea {

bool prefers_onednn(const EngineOptions &options)
{
    if (options.engine != "auto" && options.engine != "onednn" && options.engine != "torch")
        throw Error(Error::Kind::Settings,
                    "engine '" + options.engine + "' is not known; expected auto, onednn or torch");
    const bool on_cpu =
        options.device == "cpu" || (options.device == "auto" && !libtorch_finds_gpu());
    return options.engine == "onednn" || (options.engine == "auto" && on_cpu);
}

} // namespace fovea
