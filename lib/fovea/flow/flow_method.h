// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "fovea/video/modality.h"

namespace fovea {

/** \brief Whether this build can find flow by TV-L1 */
bool has_tvl1();

/**
 * \param method counts for Modality::Flow alone
 * \param who what needs it, for the error
 * \throw Error Settings naming the remedy for TvL1 where has_tvl1() is false
 */
void check_flow(Modality modality, FlowMethod method, const std::string &who = "flow 'tvl1'");

} // namespace fovea
