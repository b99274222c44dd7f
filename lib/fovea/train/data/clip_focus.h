#pragma once

#include <memory>

#include <ATen/ATen.h>

#include "fovea/core/geometry.h"
#include "fovea/focus/second_look.h"
#include "fovea/nn/backbone.h"
#include "fovea/train/loop/random.h"

namespace fovea {

/** \brief Says which part of a clip is seen a second time */
class ClipFocus
{
public:
    struct Place {
        Box part;          ///< normalised to the clip's pictures
        at::Tensor closer; ///< what is seen there, as the clip; undefined: the part of the original
    };

    virtual ~ClipFocus() = default;

    /**
     * \brief Called from several threads at once
     * \param clip [3, T, H, W], normalised
     * \param random of the sample
     */
    virtual Place look(const at::Tensor &clip, Random *random) const = 0;
};

/**
 * \param look nothing in it is Card, its focus is not None
 * \param network where is_by_saliency(): with a classifier, not to be trained meanwhile
 * Source: Sydorov et al., Focused Attention for Action Recognition, BMVC 2019, sections 3.1 and 5.3
 */
std::unique_ptr<ClipFocus> make_clip_focus(const SecondLook &look,
                                           std::shared_ptr<nn::Backbone> network);

} // namespace fovea
