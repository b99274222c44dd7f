// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <string>
#include <vector>

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

/** \brief A thin grey line of a grid */
std::string svg_grid_line(double x1, double y1, double x2, double y2);

/** \brief A curve, 2 pixels wide, through points of x and y */
std::string svg_curve(const std::vector<std::array<double, 2>> &points, const char *colour);

std::string svg_text(double x, double y, const std::string &text, const SvgText &style);

} // namespace fovea
