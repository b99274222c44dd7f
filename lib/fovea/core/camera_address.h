// SPDX-License-Identifier: MIT
#pragma once

namespace fovea {

/** \brief What a camera's address may be, in words of an error */
constexpr const char *camera_addresses = "rtsp://..., http://..., /dev/videoN or a file";

} // namespace fovea
