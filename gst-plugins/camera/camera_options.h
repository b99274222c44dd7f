// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <glib.h>

#include "fovea/core/names.h"

namespace fovea {

enum class CameraTransport { Tcp, Udp, Auto };

constexpr Named<CameraTransport> camera_transports[] = {
    {CameraTransport::Tcp, "tcp", "RTP inside the RTSP connection: nothing is lost on the way"},
    {CameraTransport::Udp, "udp", "RTP over UDP"},
    {CameraTransport::Auto, "auto", "UDP, then TCP where none arrives"}};

struct CameraOptions {
    std::string uri;
    std::string credentials;
    std::string ca_file; ///< certificates that the camera's is checked with; empty: the system's
    CameraTransport transport = CameraTransport::Tcp;
    guint latency_ms = 200;
    guint timeout_ms = 5000;
    guint frozen_timeout_ms = 60'000; // an encoder repeats a still and dark picture for seconds
    guint retry_min_ms = 500;
    guint retry_max_ms = 10'000;
    bool loop = true;
    bool check_picture = true;
};

} // namespace fovea
