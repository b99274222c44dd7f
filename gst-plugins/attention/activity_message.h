// SPDX-License-Identifier: MIT
#pragma once

#include <gst/gst.h>

#include "meta/foveameta.h"

namespace fovea {

/**
 * \brief The element message `fovea-activity`: what `gst-launch-1.0 -m` shows of a result
 * \return owned by the caller, as gst_element_post_message() takes it
 */
GstMessage *activity_message(GstElement *element, const FoveaActivity &activity);

} // namespace fovea
