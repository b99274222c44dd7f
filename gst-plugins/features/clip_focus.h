#pragma once

#include <memory>
#include <random>

#include "features/region_clips.h"
#include "fovea/core/heat_map.h"
#include "fovea/engine/salience_mapper.h"
#include "fovea/focus/salient_box.h"
#include "fovea/focus/second_look.h"

namespace fovea {

/** \brief The focus properties of foveafeatures */
struct FocusOptions {
    SecondLook look = look_of_card;
    double size = salient_share; ///< side of the box, share of the network's input
    int memory_mb = 1024;        ///< that the frames kept may take
};

/** \brief Where to look again, and why */
struct FocusedPlace {
    Region region;
    HeatMap heat; ///< empty: nobody asked the network
    Array
        closer; ///< what is seen there, as the clip; no values: to be cut from the original frames
};

/**
 * \brief Finds the box of a clip that is cut out of the original frames and seen again
 *
 * One instance serves one thread. Source: Focused Attention for Action Recognition, section 3.1
 */
class ClipFocus
{
public:
    /** \param options nothing in their look is Card \param mapper where is_by_saliency(); else null */
    ClipFocus(const FocusOptions &options, std::unique_ptr<SalienceMapper> mapper);

    /**
     * \param clip what the network sees of the frames: [1, 3, T, H, W]
     * \param view the part of the frame that it sees; the box lies inside
     */
    FocusedPlace find(const Array &clip, const Box &view);

    Fusion fusion() const { return options_.look.fusion; }

private:
    FocusOptions options_;
    std::unique_ptr<SalienceMapper> mapper_;
    std::mt19937 random_{0}; ///< the same boxes each run
};

} // namespace fovea
