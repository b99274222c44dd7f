// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

#include <gst/gst.h>

namespace fovea {

/**
 * \brief The exception being handled becomes an error of the element on the bus; in a catch block
 *
 * Error: RESOURCE or LIBRARY by its kind. Any other: STREAM/FAILED.
 */
void post_current_exception(GstElement *element) noexcept;

/**
 * \brief The only place where a C++ exception meets GStreamer: what \a work throws becomes an error on
 * the bus, and \a failure the result
 */
template <typename Result, typename Work>
Result or_post_error(gpointer element, Result failure, Work &&work) noexcept
{
    try {
        return std::forward<Work>(work)();
    } catch (...) {
        post_current_exception(GST_ELEMENT(element));
    }
    return failure;
}

} // namespace fovea
