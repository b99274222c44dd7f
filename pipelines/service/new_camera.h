// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "service/alarm_pace.h"
#include "service/camera_watch.h"
#include "service/own_bundles.h"

namespace fovea {

/** \brief A camera that is not begun yet, and what is asked of its model before it can be */
struct NewCamera {
    std::unique_ptr<CameraWatch> watch;
    std::optional<AlarmWish> wish;
    std::string model; ///< folder
    std::string weights;
};

/**
 * \brief What runs is left alone, of a camera of that name too
 * \param own whose head it takes \param listener outlives it
 * \throw Error as where the model is gone
 */
NewCamera new_camera(const WatchConfig &watch, const CameraConfig &camera, OwnBundles *own,
                     CameraListener *listener);

} // namespace fovea
