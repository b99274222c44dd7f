// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <gst/gst.h>

namespace fovea {

/** \brief What the source upstream says it reads, without user name and password; empty: nothing */
std::string uri_upstream(GstElement *element);

} // namespace fovea
