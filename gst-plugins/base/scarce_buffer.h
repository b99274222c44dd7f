// SPDX-License-Identifier: MIT
#pragma once

#include <gst/gst.h>

namespace fovea {

/**
 * \brief Whether \a buffer is of a pool with a limit: whoever holds it may keep upstream from making the next
 *
 * Such are those of decoders in hardware and of programs that bring a few frames round and round.
 */
bool is_scarce(GstBuffer *buffer);

} // namespace fovea
