// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <gst/gst.h>

namespace fovea {

/** \brief What a message says that no element here does: "H.265 (Main Profile) decoder"; empty: it says nothing of it */
std::string missing_element(GstMessage *message);

/**
 * \brief What an error says, in one line
 *
 * GStreamer's words for a decoder that is missing name none, and those for a stream that broke off no cause.
 * \param missing as missing_element() said before it; may be empty
 */
std::string words_of(GstMessage *error, const std::string &missing);

} // namespace fovea
