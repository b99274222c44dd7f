// SPDX-License-Identifier: MIT
#include "camera/camera_reach.h"

#include "fovea/core/names.h"

namespace fovea {

namespace {

constexpr guint patience_s = 2;

struct Scheme {
    const char *name;
    guint16 port;
};

constexpr Scheme schemes[] = {{"rtsp", 554}, {"rtsps", 322}, {"http", 80}, {"https", 443}};

} // namespace

std::string why_unreachable(const CameraUri &camera, GCancellable *cancel)
{
    const Scheme *scheme = find_named(schemes, camera.uri.substr(0, camera.uri.find(':')));
    if (scheme == nullptr)
        return "";
    g_autoptr(GSocketClient) client = g_socket_client_new();
    g_socket_client_set_timeout(client, patience_s);
    g_autoptr(GError) error = nullptr;
    g_autoptr(GSocketConnection) reached =
        g_socket_client_connect_to_uri(client, camera.uri.c_str(), scheme->port, cancel, &error);
    return reached != nullptr || g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED) != FALSE
               ? ""
               : error->message;
}

} // namespace fovea
