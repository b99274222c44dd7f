// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <pango/pangocairo.h>

#include "fovea/core/geometry.h"
#include "overlay/tile.h"

namespace fovea {

struct Colour {
    double red = 0; ///< all in [0, 1]
    double green = 0;
    double blue = 0;
    double alpha = 1;

    Colour with_alpha(double other) const { return {red, green, blue, other}; }
};

Colour colour_from_argb(std::uint32_t argb);

/** \brief Sizes and colours for one size of frame: everything grows with it, as it is shown */
struct Style {
    /** \param pixel_aspect a pixel's width by its height, where it is shown; what is no such thing counts as 1 */
    Style(int frame_width, int frame_height, double pixel_aspect, std::string font_family,
          std::uint32_t accent_argb);

    int width;  ///< of the frame, pixels
    int height; ///< likewise
    std::string font;
    Colour accent;
    double stretch;  ///< of texts and what holds them in width: pixels may be no squares
    double unit;     ///< a 480th of the frame's shorter side
    double line;     ///< thin line
    double margin;   ///< from the frame's edge
    double label_px; ///< text of the label
    double small_px; ///< text of tags
    double radius;   ///< of corners

    /** \brief A label's colour: grey-blue for one that is no event */
    Colour of_tone(int tone) const;

    /** \brief Outward to even pixels, clipped where a frame away from the frame only */
    PixelRect pixels_of(const Box &box) const;

    static constexpr Colour panel = {0.05, 0.07, 0.10, 0.70};
    static constexpr Colour white = {1, 1, 1, 1};
    static constexpr Colour shadow = {0, 0, 0, 0.45};
};

/** \brief A line of text, laid out; shortened with an ellipsis where it is wider than allowed */
class Text
{
public:
    /** \param most_px width; 0: any */
    Text(const std::string &text, const Style &style, double size_px, bool bold,
         double most_px = 0);

    double width() const { return width_; }

    double height() const { return height_; }

    void draw(cairo_t *cairo, double x, double y, const Colour &colour) const;

private:
    std::unique_ptr<PangoLayout, decltype(&g_object_unref)> layout_;
    double stretch_;
    double width_ = 0;
    double height_ = 0;
};

void set_colour(cairo_t *cairo, const Colour &colour);
void rounded_rectangle(cairo_t *cairo, double x, double y, double width, double height,
                       double radius);

} // namespace fovea
