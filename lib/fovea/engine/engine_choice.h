// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/engine/feature_extractor.h"

namespace fovea {

/**
 * \brief Whether oneDNN is to run a network that it compiles: asked for, or auto and on the CPU
 * \throw Error Settings for an engine that is not known
 */
bool prefers_onednn(const EngineOptions &options);

} // namespace fovea
