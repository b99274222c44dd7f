// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/video/modality.h"

namespace fovea {

/** \brief Whether this build can find flow by TV-L1 */
bool has_tvl1();

/** \throw Error Settings naming the remedy for TvL1 where has_tvl1() is false */
void check_flow(FlowMethod method);

} // namespace fovea
