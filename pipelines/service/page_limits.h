// SPDX-License-Identifier: MIT
#pragma once

#include <libsoup/soup.h>

namespace fovea {

/** \brief What visitors of the page may take of the process, whether or not they know its token */
struct PageLimits {
    unsigned idle_seconds = 60; ///< a connection on which nothing moves is closed then
    unsigned most_connections =
        200; ///< those beyond are closed: cameras and clips need descriptors too
    goffset longest_body = 4096; ///< bytes of a request; of a longer one nothing is kept
};

/** \brief From the next connection on */
void limit_visitors(SoupServer *server, const PageLimits &limits);

} // namespace fovea
