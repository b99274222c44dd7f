#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "fovea/core/json.h"
#include "fovea/focus/actor_box.h"
#include "fovea/focus/region_grid.h"
#include "fovea/video/frame_to_tensor.h"

namespace fovea {

/** \brief A file that belongs to a bundle, by name inside its folder */
struct CardFile {
    std::string name;
    std::string sha256; ///< hexadecimal, lower case
    std::string url;    ///< where it is published; empty for files shipped with the bundle
};

/** \brief How a clip is taken from video */
struct CardSampling {
    std::string plan = "uniform"; ///< uniform, equal, shuffled, sliding
    int frames = 8;               ///< a timestep
    int timesteps = 64;           ///< of a whole video; not for sliding
    double rate = 0;              ///< sliding: frames a second
    int hop = 0;                  ///< sliding: frames from clip to clip
    double interval_ms = 1000;    ///< streams: from timestep to timestep (not sliding)
};

/** \brief How rows become a label */
struct CardDecision {
    int window = 0;      ///< rows a label is made from; 0: all rows of the video
    int hop = 0;         ///< rows from window to window
    std::string normal;  ///< the class that is no event; empty: every class is one
    float threshold = 0; ///< an event needs this score
    int top_k = 5;
};

/** \brief What models/NAME/card.json says of an activity model; see models/schema/card.schema.json */
struct ActivityCard {
    std::string architecture; ///< i3d, watch
    int classes = 0;
    FrameToTensor::Options input;
    ViewArea area = ViewArea::Square;
    CardSampling sampling;
    RegionGridOptions regions;
    ActorOptions actor;
    double actor_window_ms = 0; ///< streams: causal window of the actor; 0: the clip's length
    std::string detector;       ///< bundle of the detector it was measured with
    std::string head;           ///< region-mean, ra, ta, tra, score-mean
    CardDecision decision;
};

} // namespace fovea
