// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>

#include <gst/gst.h>

#include "fovea/bundle/bundle.h"
#include "fovea/bundle/card_alarms.h"
#include "fovea/decide/alarm.h"
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

/** \brief Which classes of \a head raise alarms at the camera, and when, by card and configuration */
AlarmRule alarm_rule(const CameraConfig &camera, const Bundle &head);

/** \brief The same by labels \throw Error when the model cannot be used */
CardAlarms alarm_limits(const CameraConfig &camera, const std::string &head);

/** \brief Behind alarm_chain(): messages of foveaalarm for each stretch of windows from `on` to `off`, whatever the cool-down */
Chain counting_chain(const CameraConfig &camera, const std::string &head, const CardAlarms &limits);

/** \brief As foveaalarm takes them */
std::string limits_text(const CardAlarms &limits);

/** \brief Frames with what was found in them to JPEG, into an appsink */
Chain picture_chain();

/** \brief Gives \a take what comes to an appsink, on its streaming thread */
void take_samples(GstElement *sink, std::function<void(GstSample *)> take);

} // namespace fovea
