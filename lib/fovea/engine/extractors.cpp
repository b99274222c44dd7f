#include "fovea/engine/extractors.h"

#include <utility>

#include <torch/cuda.h>

#include "fovea/core/errors.h"
#include "fovea/engine/onednn_extractor.h"

namespace fovea {

std::unique_ptr<FeatureExtractor> make_extractor(std::shared_ptr<nn::Backbone> backbone,
                                                 const ClipSize &clip, const EngineOptions &options)
{
    if (options.engine != "auto" && options.engine != "onednn" && options.engine != "torch")
        throw Error(Error::Kind::Settings,
                    "engine '" + options.engine + "' is not known; expected auto, onednn or torch");
    const bool on_cpu =
        options.device == "cpu" || (options.device == "auto" && !torch::cuda::is_available());
    if (options.engine == "onednn" || (options.engine == "auto" && on_cpu))
        return std::make_unique<OnednnExtractor>(std::move(backbone), clip, options);
    return make_torch_extractor(std::move(backbone), clip, options);
}

} // namespace fovea
