// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <gio/gio.h>

#include "camera/camera_uri.h"

namespace fovea {

/**
 * \brief Why nobody can be reached at the camera's host and port: its name is not known, nobody listens, nobody answers,
 * or, by https, its certificate is not trusted
 *
 * Sources of GStreamer say no more than that they could not connect. Asks name service and host, for some seconds.
 * \return one line without secrets; empty: somebody is there, the way leads over a proxy, or the camera is of no network
 */
std::string why_unreachable(const CameraUri &camera, GCancellable *cancel);

} // namespace fovea
