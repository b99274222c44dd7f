// SPDX-License-Identifier: MIT
#pragma once

#include <gst/gst.h>

namespace fovea {

/**
 * \brief (transfer full) \a caps as they look on the other side of an element that renders: the
 * frame rates of \a caps with everything else from \a pattern
 */
GstCaps *with_frame_rates_of(GstCaps *caps, GstCaps *pattern);

} // namespace fovea
