// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <gst/gst.h>

namespace fovea {

/** \brief What the source upstream says it reads, without user name and password; empty: nothing */
std::string uri_upstream(GstElement *element);

/** \brief 16 hexadecimal digits that no other run has, but by a chance of 2^-64 */
std::string random_id();

} // namespace fovea
