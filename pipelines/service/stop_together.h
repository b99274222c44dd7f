// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <vector>

#include "service/camera_watch.h"

namespace fovea {

/**
 * \brief Cameras stop, all at once
 *
 * One that hangs is left as it is for good, and told: the others, and the process, do not wait for it. So is a clip
 * whose disk hangs; however many there are, they are waited for once.
 * \return whether all stopped: threads of what did not go on
 */
bool stop_together(std::vector<std::unique_ptr<CameraWatch>> cameras);

} // namespace fovea
