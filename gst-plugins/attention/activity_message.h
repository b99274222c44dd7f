// SPDX-License-Identifier: MIT
#pragma once

#include <gst/gst.h>

#include "fovea/core/array.h"
#include "meta/foveameta.h"

namespace fovea {

/**
 * \brief The element message `fovea-activity`: what `gst-launch-1.0 -m` shows of a result
 * \param rows [R, T', C] that the result was made from, told too: regions, timesteps, channels and features,
 * bytes of float32; null: not told
 * \return owned by the caller, as gst_element_post_message() takes it
 */
GstMessage *activity_message(GstElement *element, const FoveaActivity &activity,
                             const Array *rows = nullptr);

} // namespace fovea
