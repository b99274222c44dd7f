// SPDX-License-Identifier: MIT
#include "fovea/engine/feature_extractor.h"

#include "fovea/core/errors.h"

namespace fovea {

std::unique_ptr<FeatureStream> FeatureExtractor::open_stream(const StreamOptions &)
{
    throw Error(Error::Kind::Settings, "streaming is not there with " + runtime() +
                                           "; use engine=onednn on a CPU, or whole clips");
}

} // namespace fovea
