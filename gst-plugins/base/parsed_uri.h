// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <gst/gst.h>

namespace fovea {

/** \brief What GStreamer reads of a URI from outside. \return (transfer full) null: nothing */
GstUri *parsed_uri(const std::string &text);

} // namespace fovea
