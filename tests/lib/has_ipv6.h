// SPDX-License-Identifier: MIT
#pragma once

#include <sys/socket.h>

#include <netinet/in.h>
#include <unistd.h>

namespace fovea::test {

/** \brief Whether this machine has ::1 */
inline bool has_ipv6()
{
    const int one = socket(AF_INET6, SOCK_STREAM, 0);
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_addr = in6addr_loopback;
    const bool has = bind(one, reinterpret_cast<sockaddr *>(&address), sizeof address) == 0;
    close(one);
    return has;
}

} // namespace fovea::test
