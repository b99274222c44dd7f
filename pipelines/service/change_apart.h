// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <gst/gst.h>

#include "fovea/core/stop_flag.h"

namespace fovea {

/**
 * \brief Changes a pipeline's state on a thread of its own: a change hangs where a source does, as on a network's files
 *
 * One that fails is an error on the bus; what an element says of why stands before it.
 * \param before a change of it that has to be done by then; none: there is none
 * \return stopped once it is done
 */
std::shared_ptr<StopFlag> change_apart(GstElement *pipeline, GstState state,
                                       std::shared_ptr<StopFlag> before);

} // namespace fovea
