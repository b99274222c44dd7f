// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "media/chain.h"
#include "service/watch_config.h"

namespace fovea {

/** \brief The source of a camera's stream \a uri */
Stage camera_stage(const CameraConfig &camera, const std::string &uri);

/**
 * \brief Decoded frames to alarms: the analysis that label runs, beside a camera
 * \param head bundle that labels and raises alarms \throw Error when the model cannot be used
 */
Chain alarm_chain(const WatchConfig &watch, const CameraConfig &camera, const std::string &head);

/** \brief Frames with what was found in them to JPEG, into an appsink */
Chain picture_chain();

} // namespace fovea
