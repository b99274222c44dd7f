// SPDX-License-Identifier: MIT
#include "fovea/detect/runtime.h"

#include <opencv2/core/utility.hpp>

namespace fovea {

std::string opencv_version()
{
    return cv::getVersionString();
}

} // namespace fovea
