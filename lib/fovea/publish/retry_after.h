// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>

#include <libsoup/soup.h>

namespace fovea {

/**
 * \brief The pause that an answer of a web server asks for: 0 to 300 s; 0 where it asks for none
 *
 * RFC 9110, section 10.2.3: a number of seconds, or the date when they are over.
 */
std::chrono::seconds asked_pause(SoupMessage *answered);

} // namespace fovea
