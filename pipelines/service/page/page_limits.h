// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <libsoup/soup.h>

namespace fovea {

/** \brief What visitors of the page may take of the process, whether or not they know its token */
struct PageLimits {
    unsigned idle_seconds = 60; ///< a connection on which nothing moves is closed then
    unsigned most_connections =
        200; ///< those beyond are closed: cameras and clips need descriptors too
    unsigned most_of_one =
        50; ///< of them from one host (host_of()): whoever holds them leaves places to others
    unsigned most_handshakes =
        40; ///< of TLS that have not led to a request; the oldest gives way. With so many a name is looked up in 5 s
    goffset longest_body = 4096; ///< bytes of a request; of a longer one nothing is kept
};

/** \brief Bytes of an address of IPv4, also in its form of IPv6; else of the /64, of which a host has any */
std::string host_of(GInetAddress *address);

/** \brief From the next connection on */
void limit_visitors(SoupServer *server, const PageLimits &limits);

} // namespace fovea
