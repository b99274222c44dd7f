// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <gst/gst.h>

namespace fovea {

/** \brief Whether the error says that a source of HTTP was told to ask elsewhere, and did not */
bool is_led_elsewhere(GstMessage *error);

/** \brief What a source of HTTP got as answer says of where to ask instead; empty: nothing */
std::string location_of(GstMessage *message);

} // namespace fovea
