// SPDX-License-Identifier: MIT
#include "service/page/page_limits.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace fovea {

namespace {

/* Empty: it is gone already, or of no network */
std::string peer_of(GSocket *socket)
{
    g_autoptr(GSocketAddress) peer = g_socket_get_remote_address(socket, nullptr);
    return peer != nullptr && G_IS_INET_SOCKET_ADDRESS(peer) != FALSE
               ? host_of(g_inet_socket_address_get_address(G_INET_SOCKET_ADDRESS(peer)))
               : "";
}

struct Visitor {
    GSocket *socket; ///< a reference
    std::string host;
    bool has_asked = false; ///< the headers of its request are there
};

/** \brief The server's, on its thread */
struct Visitors {
    explicit Visitors(const PageLimits &most) : limits(most) {}

    ~Visitors()
    {
        for (const Visitor &one : open)
            g_object_unref(one.socket);
    }

    Visitors(const Visitors &) = delete;
    Visitors &operator=(const Visitors &) = delete;

    PageLimits limits;
    std::vector<Visitor> open; ///< when the last came
};

void on_headers(SoupServerMessage *message, gpointer data)
{
    auto *visitors = static_cast<Visitors *>(data);
    for (Visitor &one : visitors->open)
        one.has_asked |= one.socket == soup_server_message_get_socket(message);
    const PageLimits &limits = visitors->limits;
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

/*
 * A handshake takes one of the few threads of GLib until it is over, on which names of cameras and receivers are looked
 * up as well
 */
void end_oldest_handshakes(const Visitors &visitors)
{
    unsigned handshakes = 0;
    for (auto at = visitors.open.rbegin(); at != visitors.open.rend(); ++at)
        if (!at->has_asked && ++handshakes > visitors.limits.most_handshakes)
            g_socket_shutdown(at->socket, TRUE, TRUE, nullptr); // a close would not wake its thread
}

void on_started(SoupServer *server, SoupServerMessage *message, gpointer data)
{
    auto *visitors = static_cast<Visitors *>(data);
    g_signal_connect(message, "got-headers", G_CALLBACK(on_headers), visitors);
    GSocket *socket = soup_server_message_get_socket(message);
    if (socket == nullptr)
        return;
    // no signal tells the end of a connection that never became a request
    auto &open = visitors->open;
    const auto closed = std::stable_partition(open.begin(), open.end(), [](const Visitor &one) {
        return g_socket_is_closed(one.socket) == FALSE;
    });
    std::for_each(closed, open.end(), [](const Visitor &one) { g_object_unref(one.socket); });
    open.erase(closed, open.end());
    g_socket_set_timeout(socket, visitors->limits.idle_seconds);
    std::string host = peer_of(socket);
    const auto same = std::count_if(open.begin(), open.end(),
                                    [&](const Visitor &one) { return one.host == host; });
    if (open.size() >= visitors->limits.most_connections || same >= visitors->limits.most_of_one)
        g_socket_close(socket, nullptr);
    else
        open.push_back({G_SOCKET(g_object_ref(socket)), std::move(host)});
    if (soup_server_is_https(server) != FALSE)
        end_oldest_handshakes(*visitors);
}

} // namespace

std::string host_of(GInetAddress *address)
{
    const std::string bytes(reinterpret_cast<const char *>(g_inet_address_to_bytes(address)),
                            g_inet_address_get_native_size(address));
    constexpr std::size_t of_ipv4 = 4;
    constexpr std::size_t network = 8;
    const std::string mapped = std::string(10, '\0') + "\xff\xff"; // RFC 4291, 2.5.5.2
    if (bytes.size() == of_ipv4)
        return bytes;
    return bytes.compare(0, mapped.size(), mapped) == 0 ? bytes.substr(mapped.size())
                                                        : bytes.substr(0, network);
}

void limit_visitors(SoupServer *server, const PageLimits &limits)
{
    g_signal_connect_data(
        server, "request-started", G_CALLBACK(on_started), new Visitors(limits),
        [](gpointer data, GClosure *) { delete static_cast<Visitors *>(data); },
        static_cast<GConnectFlags>(0));
}

} // namespace fovea
