// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "fovea/bundle/analysis_settings.h"
#include "fovea/bundle/bundle.h"
#include "fovea/bundle/card.h"

namespace fovea {

/** \brief choose_detector(), its note told on stderr */
std::string detector_for(const std::string &asked, const ActivityCard &card);

/** \brief choose_pose() for a model that attends to persons, its note told on stderr; else empty */
std::string pose_for(const std::string &attended, const ActivityCard &card);

/**
 * \brief Looks for a device that was asked for: before the first video, not once for each
 * \throw Error Settings where it is not known, or no GPU is found
 */
void check_device(const std::string &asked);

/**
 * \brief Likewise that networks of \a model run in the precision that was asked for
 * \throw Error Settings where the processor cannot, NotFound where int8 needs a calibration first
 */
void check_precision(const AnalysisSettings &asked, const Bundle &model);

/** \brief Likewise that the network of \a model takes the size that was asked for \throw Error Settings */
void check_size(const AnalysisSettings &asked, const Bundle &model);

} // namespace fovea
