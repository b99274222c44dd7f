// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/core/names.h"

namespace fovea {

/** \brief What a network's clips show */
enum class Modality {
    Rgb, ///< three channels: the colours of the frames
    Flow ///< two: how far each pixel has moved since the frame before, x and y (FlowPictures)
};

constexpr Named<Modality> modalities[] = {
    {Modality::Rgb, "rgb", "The frames themselves"},
    {Modality::Flow, "flow", "The optical flow from frame to frame"}};

constexpr int channels_of(Modality modality)
{
    return modality == Modality::Flow ? 2 : 3;
}

} // namespace fovea
