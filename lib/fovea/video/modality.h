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

/** \brief How flow is found */
enum class FlowMethod {
    Dis, ///< dense inverse search: Kroeger et al., ECCV 2016
    TvL1 ///< Zach et al., DAGM 2007, as the papers' public code; where OpenCV's optflow was there
};

constexpr Named<FlowMethod> flow_methods[] = {
    {FlowMethod::Dis, "dis", "By dense inverse search, fast"},
    {FlowMethod::TvL1, "tvl1", "By TV-L1, as the papers, slow"}};

constexpr int channels_of(Modality modality)
{
    return modality == Modality::Flow ? 2 : 3;
}

} // namespace fovea
