// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/core/names.h"

namespace fovea {

/** \brief How the timesteps of a video become clips of a network */
enum class FeatureMode {
    OneAtATime, ///< each timestep is a clip of its own
    OneShot,    ///< the frames of all timesteps are one clip
    Streaming   ///< each frame is computed once, in one clip without an end
};

constexpr Named<FeatureMode> feature_modes[] = {
    {FeatureMode::OneAtATime, "one-at-a-time", "Each timestep is a clip of its own"},
    {FeatureMode::OneShot, "one-shot",
     "The frames of all timesteps are one clip; needs total-frames"},
    {FeatureMode::Streaming, "streaming",
     "The stream is one clip without an end, each frame computed once"}};

} // namespace fovea
