// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "fovea/focus/salient_box.h"
#include "fovea/focus/second_look.h"

namespace fovea {

/** \brief The focus properties of foveafeatures */
struct FocusOptions {
    SecondLook look = look_of_card;
    double size = salient_share; ///< side of the box, share of the network's input
    std::string truth;           ///< what the video shows, see shown_classes(); empty: not known
    int memory_mb = 1024;        ///< that the frames kept may take
};

} // namespace fovea
