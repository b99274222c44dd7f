// SPDX-License-Identifier: MIT
#include "service/new_camera.h"

#include "fovea/bundle/bundle.h"

namespace fovea {

NewCamera new_camera(const WatchConfig &watch, const CameraConfig &camera, OwnBundles *own,
                     CameraListener *listener)
{
    NewCamera made;
    made.watch = std::make_unique<CameraWatch>(watch, camera, own->take(camera), listener);
    made.wish = alarm_wish(watch, camera, made.watch->head());
    const Bundle model = Bundle::open(watch.model);
    made.model = model.folder().string();
    made.weights = model.features_sha256();
    return made;
}

} // namespace fovea
