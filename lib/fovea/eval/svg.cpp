// SPDX-License-Identifier: MIT
#include "fovea/eval/svg.h"

#include <array>
#include <charconv>
#include <cmath>

#include "fovea/core/markup.h"

namespace fovea {

std::string svg_number(double value)
{
    std::array<char, 32> digits = {};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(),
                                            std::isfinite(value) ? value : 0.0,
                                            std::chars_format::fixed, /*precision=*/2);
    return error == std::errc() ? std::string(digits.data(), end) : "0";
}

std::string svg_document(double width, double height, const std::string &body)
{
    const std::string size = "width=\"" + svg_number(width) + "\" height=\"" + svg_number(height);
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" " + size +
           "\" font-family=\"sans-serif\">\n<rect " + size + "\" fill=\"#fff\"/>\n" + body +
           "</svg>\n";
}

std::string svg_grid_line(double x1, double y1, double x2, double y2)
{
    return "<line x1=\"" + svg_number(x1) + "\" y1=\"" + svg_number(y1) + "\" x2=\"" +
           svg_number(x2) + "\" y2=\"" + svg_number(y2) + "\" stroke=\"#ddd\"/>\n";
}

std::string svg_curve(const std::vector<std::array<double, 2>> &points, const char *colour)
{
    std::string text;
    for (const auto &[x, y] : points)
        text += (text.empty() ? "" : " ") + svg_number(x) + "," + svg_number(y);
    return "<polyline points=\"" + text + "\" fill=\"none\" stroke-width=\"2\" stroke=\"" + colour +
           "\"/>\n";
}

std::string svg_text(double x, double y, const std::string &text, const SvgText &style)
{
    return "<text x=\"" + svg_number(x) + "\" y=\"" + svg_number(y) + "\" font-size=\"" +
           svg_number(style.size) + "\" text-anchor=\"" + style.anchor + "\" fill=\"" + style.fill +
           "\">" + markup_escaped(text) + "</text>\n";
}

} // namespace fovea
