// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <memory>

#include "fovea/core/array.h"
#include "fovea/core/heat_map.h"
#include "fovea/core/region.h"
#include "fovea/focus/saliency_mapper.h"
#include "fovea/focus/second_look.h"

namespace fovea {

/** \brief Where to look again, and why */
struct FocusedPlace {
    Region region; ///< its box lies inside what the network sees of the frame
    HeatMap heat;  ///< where the network looked; empty where it was not asked

    /** What is seen there, as the clip is; without values it is to be cut from the original frames */
    Array closer;
};

/**
 * \brief Chooses the box of a clip that is cut out of the original frames and seen again, for
 * inference and for training alike
 *
 * Several threads may share one where its mapper serves several.
 * Source: Sydorov et al., Focused Attention for Action Recognition, BMVC 2019, sections 3.1 and 5.3
 */
class FocusChooser
{
public:
    /**
     * \param look nothing in it is Card, its focus is not None
     * \param size side of the box, as a share of what the network sees: in (0, 1]
     * \param mapper where is_by_saliency(); else null
     */
    FocusChooser(const SecondLook &look, double size, std::shared_ptr<SaliencyMapper> mapper);

    /**
     * \param clip what the network sees of the frames: [1, 3, T, H, W]
     * \param view the part of the frame that it sees; the box lies inside
     * \param draw a number in [0, 1), each as likely: two of them place the box of a baseline
     * \param truth as SaliencyMapper::map; null: not known
     * \throw Error as SaliencyMapper::map
     */
    FocusedPlace find(const Array &clip, const Box &view, const std::function<double()> &draw,
                      const ClipTruth *truth = nullptr) const;

    Fusion fusion() const { return look_.fusion; }

    /** \brief Whether it looks by what a clip shows, where that is known */
    bool asks_truth() const
    {
        return is_by_saliency(look_.focus) && look_.entropy == Entropy::Truth;
    }

private:
    SecondLook look_;
    double size_;
    std::shared_ptr<SaliencyMapper> mapper_;
};

} // namespace fovea
