// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace fovea::nn {

/** \brief Which sides of its clips an architecture takes: what is known before the network is made */
struct ClipSide {
    int step = 1; ///< pixels, that divide the side
    int only = 0; ///< the one side that it takes; 0: any

    bool takes(int side) const { return side % step == 0 && (only == 0 || side == only); }
};

/** \param architecture one of backbone_names() \throw Error Settings for another name */
ClipSide clip_side(const std::string &architecture);

} // namespace fovea::nn
