// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace fovea {

/** \brief A number as a drawing needs it: two decimals, a point whatever the locale */
std::string svg_number(double value);

/** \brief A whole drawing of that size in pixels, white behind */
std::string svg_document(double width, double height, const std::string &body);

struct SvgText {
    double size = 12; ///< pixels
    const char *anchor = "start";
    const char *fill = "#222";
};

std::string svg_text(double x, double y, const std::string &text, const SvgText &style);

} // namespace fovea
