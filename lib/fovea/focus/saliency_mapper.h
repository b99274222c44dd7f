// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/core/array.h"
#include "fovea/focus/clip_truth.h"

namespace fovea {

/** \brief Where a network looks: one pass forward and one backward a clip */
class SaliencyMapper
{
public:
    virtual ~SaliencyMapper() = default;

    /**
     * \param clip float [1, 3, T, H, W], normalised as the bundle's card says
     * \param truth where it was made with Entropy::Truth: without one, as Entropy::Paper
     * \return float [H, W], >= 0: how much the network looked there, by the attribution it was made with
     * \throw Error Settings when the shape does not fit the network (expected and got)
     */
    virtual Array map(const Array &clip, const ClipTruth *truth) = 0;

    Array map(const Array &clip) { return map(clip, nullptr); }
};

} // namespace fovea
