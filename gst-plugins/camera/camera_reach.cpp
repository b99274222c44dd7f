// SPDX-License-Identifier: MIT
#include "camera/camera_reach.h"

#include <algorithm>
#include <iterator>

#include "fovea/core/names.h"

namespace fovea {

namespace {

constexpr guint patience_s = 2;

struct Scheme {
    const char *name;
    guint16 port;
};

constexpr Scheme schemes[] = {
    {"rtsp", rtsp_port}, {"rtsps", rtsps_port}, {"http", 80}, {"https", 443}};

/* souphttpsrc takes the variable for all, libsoup what the resolver says */
bool goes_by_proxy(const std::string &uri, GCancellable *cancel)
{
    if (uri.compare(0, 4, "http") != 0)
        return false;
    if (const char *proxy = g_getenv("http_proxy"); proxy != nullptr && *proxy != '\0')
        return true;
    g_auto(GStrv) ways =
        g_proxy_resolver_lookup(g_proxy_resolver_get_default(), uri.c_str(), cancel, nullptr);
    return ways != nullptr && ways[0] != nullptr && g_strcmp0(ways[0], "direct://") != 0;
}

/* Others say nothing of the way there, and may name the whole address */
bool is_of_the_way(const GError *error)
{
    constexpr GIOErrorEnum ways[] = {G_IO_ERROR_CONNECTION_REFUSED, G_IO_ERROR_HOST_NOT_FOUND,
                                     G_IO_ERROR_HOST_UNREACHABLE, G_IO_ERROR_NETWORK_UNREACHABLE,
                                     G_IO_ERROR_TIMED_OUT};
    return error->domain == G_RESOLVER_ERROR ||
           g_error_matches(error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE) != FALSE ||
           std::any_of(std::begin(ways), std::end(ways), [error](GIOErrorEnum way) {
               return g_error_matches(error, G_IO_ERROR, way) != FALSE;
           });
}

struct Handshake {
    const CameraTrust &trust;
    GTlsCertificateFlags wrong = G_TLS_CERTIFICATE_NO_FLAGS;
};

gboolean refuse_certificate(GTlsConnection *, GTlsCertificate *, GTlsCertificateFlags wrong,
                            gpointer handshake)
{
    static_cast<Handshake *>(handshake)->wrong = wrong;
    return FALSE;
}

void begin_handshake(GSocketClient *, GSocketClientEvent event, GSocketConnectable *,
                     GIOStream *connection, gpointer handshake)
{
    if (event != G_SOCKET_CLIENT_TLS_HANDSHAKING)
        return;
    if (GTlsDatabase *database = static_cast<Handshake *>(handshake)->trust.database())
        g_tls_connection_set_database(G_TLS_CONNECTION(connection), database);
    g_signal_connect(connection, "accept-certificate", G_CALLBACK(refuse_certificate), handshake);
}

} // namespace

std::string why_unreachable(const CameraUri &camera, GCancellable *cancel)
{
    const Scheme *scheme = find_named(schemes, camera.uri.substr(0, camera.uri.find(':')));
    if (scheme == nullptr || goes_by_proxy(camera.uri, cancel))
        return ""; // of a proxy's way it knows nothing
    g_autofree gchar *host = nullptr;
    gint port = -1;
    if (g_uri_split_network(camera.uri.c_str(), G_URI_FLAGS_PARSE_RELAXED, nullptr, &host, &port,
                            nullptr) == FALSE ||
        host == nullptr)
        return "";
    g_autoptr(GSocketClient) client = g_socket_client_new();
    g_socket_client_set_timeout(client, patience_s);
    g_socket_client_set_enable_proxy(client, FALSE); // it would answer for the camera
    Handshake handshake = {camera.trust};
    if (g_ascii_strncasecmp(camera.uri.c_str(), "https:", 6) ==
        0) { // rtspsrc tells of certificates itself
        g_socket_client_set_tls(client, TRUE);
        g_signal_connect(client, "event", G_CALLBACK(begin_handshake), &handshake);
    }
    g_autoptr(GError) error = nullptr;
    g_autoptr(GSocketConnection) reached = g_socket_client_connect_to_host(
        client, host, port > 0 ? static_cast<guint16>(port) : scheme->port, cancel, &error);
    if (reached != nullptr || !is_of_the_way(error))
        return "";
    return error->domain == G_TLS_ERROR ? camera.trust.why_untrusted(handshake.wrong)
                                        : error->message;
}

} // namespace fovea
