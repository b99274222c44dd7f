#pragma once

#include <memory>
#include <random>

#include "features/region_clips.h"
#include "fovea/core/heat_map.h"
#include "fovea/engine/salience_mapper.h"

namespace fovea {

/** \brief What is seen a second time, at the detail of the original frame */
enum class Focus { None, Saliency, Random, Centre };

/** \brief How the second look joins the first */
enum class Fusion {
    Late,    ///< it is one more region, with rows of its own
    Temporal ///< it follows the first in time: both are one clip of twice the frames
};

/** \brief The focus properties of foveafeatures */
struct FocusOptions {
    Focus focus = Focus::None;
    Fusion fusion = Fusion::Late;
    Entropy entropy = Entropy::Paper;
    double size = 128.0 / 224; ///< side of the box, share of the network's input: section 3.1
    int memory_mb = 1024;      ///< that the frames kept may take
};

/** \brief Where to look again, and why */
struct FocusedPlace {
    Region region;
    HeatMap heat; ///< empty: nobody asked the network
};

/**
 * \brief Finds the box of a clip that is cut out of the original frames and seen again
 *
 * One instance serves one thread. Source: Focused Attention for Action Recognition, section 3.1;
 * Random and Centre are its baselines.
 */
class ClipFocus
{
public:
    /** \param mapper for Focus::Saliency; else null */
    ClipFocus(const FocusOptions &options, std::unique_ptr<SalienceMapper> mapper);

    /**
     * \param clip what the network sees of the frames: [1, 3, T, H, W]
     * \param view the part of the frame that it sees
     */
    FocusedPlace find(const Array &clip, const Box &view);

    Fusion fusion() const { return options_.fusion; }

private:
    FocusOptions options_;
    std::unique_ptr<SalienceMapper> mapper_;
    std::mt19937 random_{0}; ///< the same boxes each run
};

} // namespace fovea
