// SPDX-License-Identifier: MIT
#include "service/page_limits.h"

#include <algorithm>
#include <vector>

namespace fovea {

namespace {

/** \brief The server's, on its thread */
struct Visitors {
    explicit Visitors(const PageLimits &most) : limits(most) {}

    ~Visitors() { std::for_each(sockets.begin(), sockets.end(), g_object_unref); }

    Visitors(const Visitors &) = delete;
    Visitors &operator=(const Visitors &) = delete;

    PageLimits limits;
    std::vector<GSocket *>
        sockets; ///< a reference each; of those that were open when the last came
};

void on_headers(SoupServerMessage *message, gpointer data)
{
    const PageLimits &limits = static_cast<const Visitors *>(data)->limits;
    SoupMessageHeaders *headers = soup_server_message_get_request_headers(message);
    const bool is_short = // one in chunks does not say it
        soup_message_headers_get_encoding(headers) == SOUP_ENCODING_CONTENT_LENGTH &&
        soup_message_headers_get_content_length(headers) <= limits.longest_body;
    soup_message_body_set_accumulate(soup_server_message_get_request_body(message),
                                     is_short ? TRUE : FALSE);
    // libsoup waits for a second request without end, whatever the socket's timeout
    soup_message_headers_replace(soup_server_message_get_response_headers(message), "Connection",
                                 "close");
}

void on_started(SoupServer *, SoupServerMessage *message, gpointer data)
{
    auto *visitors = static_cast<Visitors *>(data);
    g_signal_connect(message, "got-headers", G_CALLBACK(on_headers), visitors);
    GSocket *socket = soup_server_message_get_socket(message);
    if (socket == nullptr)
        return;
    // no signal tells the end of a connection that never became a request
    auto &sockets = visitors->sockets;
    const auto closed = std::partition(sockets.begin(), sockets.end(), [](GSocket *one) {
        return g_socket_is_closed(one) == FALSE;
    });
    std::for_each(closed, sockets.end(), g_object_unref);
    sockets.erase(closed, sockets.end());
    g_socket_set_timeout(socket, visitors->limits.idle_seconds);
    if (sockets.size() >= visitors->limits.most_connections)
        g_socket_close(socket, nullptr);
    else
        sockets.push_back(G_SOCKET(g_object_ref(socket)));
}

} // namespace

void limit_visitors(SoupServer *server, const PageLimits &limits)
{
    g_signal_connect_data(
        server, "request-started", G_CALLBACK(on_started), new Visitors(limits),
        [](gpointer data, GClosure *) { delete static_cast<Visitors *>(data); },
        static_cast<GConnectFlags>(0));
}

} // namespace fovea
