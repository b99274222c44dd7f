#pragma once

#include <gst/gst.h>

namespace fovea {

/**
 * \brief The exception being handled becomes an error of the element on the bus; in a catch block
 *
 * Error: RESOURCE or LIBRARY by its kind. Any other: STREAM/FAILED.
 */
void post_current_exception(GstElement *element) noexcept;

} // namespace fovea
