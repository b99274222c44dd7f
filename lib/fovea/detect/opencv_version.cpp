// SPDX-License-Identifier: MIT
#include "fovea/detect/opencv_version.h"

#include <opencv2/core/utility.hpp>

namespace fovea {

std::string opencv_version()
{
    return cv::getVersionString();
}

} // namespace fovea
