// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

#include <gst/gst.h>

namespace fovea {

/**
 * \brief The exception being handled becomes an error of the element on the bus; in a catch block
 *
 * Error: RESOURCE or LIBRARY by its kind. Of memory that ran out: RESOURCE/FAILED. Any other: STREAM/FAILED.
 */
void post_current_exception(GstElement *element) noexcept;

/**
 * \brief The exception being handled becomes a warning, where it is an Error of kind Settings; in a catch
 * block
 * \return false: it is another, and nothing was posted
 */
bool warn_of_current_settings(GstElement *element) noexcept;

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

/**
 * \brief Values set in play: those that \a work refuses (Error of kind Settings) are told in a warning
 * \return whether they were taken
 */
template <typename Work>
bool taken_or_warned(gpointer element, Work &&work)
{
    try {
        std::forward<Work>(work)();
        return true;
    } catch (...) {
        if (!warn_of_current_settings(GST_ELEMENT(element)))
            throw;
    }
    return false;
}

} // namespace fovea
