// SPDX-License-Identifier: MIT
#include "overlay/style.h"

#include <algorithm>
#include <array>
#include <utility>

namespace fovea {

namespace {

constexpr double pi = 3.14159265358979323846;

constexpr double reference_side = 480;
constexpr double smallest_label_px = 12; // below these, text is no longer read
constexpr double smallest_text_px = 9;

/* Of a width of pixels that no display has, text would be a line */
double stretch_of(double pixel_aspect)
{
    constexpr double most = 4;
    return pixel_aspect >= 1 / most && pixel_aspect <= most ? 1 / pixel_aspect : 1;
}

/* Of events, by class: apart from each other, from skin and from the neutral tone. The first class
 * of an event model is its normal one, so that the first event takes the second place. */
constexpr std::array<std::uint32_t, 6> palette = {0xff3fd9a4, 0xffff5b52, 0xffffa62b,
                                                  0xffb48cff, 0xffe8e04a, 0xffff7ac6};
constexpr std::uint32_t neutral = 0xffa9b8c9;

} // namespace

Colour colour_from_argb(std::uint32_t argb)
{
    const auto part = [argb](unsigned shift) { return (argb >> shift & 255) / 255.0; };
    return {part(16), part(8), part(0), part(24)};
}

Style::Style(int frame_width, int frame_height, double pixel_aspect, std::string font_family,
             std::uint32_t accent_argb)
    : width(frame_width),
      height(frame_height),
      font(std::move(font_family)),
      accent(colour_from_argb(accent_argb)),
      stretch(stretch_of(pixel_aspect)),
      unit(std::min<double>(frame_width / stretch, frame_height) / reference_side),
      line(std::max(1.0, 1.6 * unit)),
      margin(std::max(6.0, 14 * unit)),
      label_px(std::max(smallest_label_px, 21 * unit)),
      small_px(std::max(smallest_text_px, 12.5 * unit)),
      radius(std::max(3.0, 7 * unit))
{
}

Colour Style::of_tone(int tone) const
{
    if (tone < 0)
        return colour_from_argb(neutral);
    return colour_from_argb(palette[static_cast<std::size_t>(tone) % palette.size()]);
}

PixelRect Style::pixels_of(const Box &box) const
{
    // what ends more than a frame away is not seen there, but its tiles would take memory
    const auto place = [](float share, int size) {
        const double near = share > -1 ? std::min<double>(share, 2) : -1; // also of no number
        return near * size;
    };
    const int left = even_floor(place(box.x, width));
    const int top = even_floor(place(box.y, height));
    return {left, top, even_ceil(place(box.x_max(), width)) - left,
            even_ceil(place(box.y_max(), height)) - top};
}

Text::Text(const std::string &text, const Style &style, double size_px, bool bold, double most_px)
    : layout_(nullptr, g_object_unref), stretch_(style.stretch)
{
    const std::unique_ptr<PangoContext, decltype(&g_object_unref)> context(
        pango_font_map_create_context(pango_cairo_font_map_get_default()), g_object_unref);
    const std::unique_ptr<PangoFontDescription, decltype(&pango_font_description_free)> font(
        pango_font_description_from_string(style.font.c_str()), pango_font_description_free);
    pango_font_description_set_absolute_size(font.get(), size_px * PANGO_SCALE);
    pango_font_description_set_weight(font.get(), bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);

    g_autofree gchar *valid = g_utf8_make_valid(text.c_str(), static_cast<gssize>(text.size()));
    layout_.reset(pango_layout_new(context.get()));
    pango_layout_set_font_description(layout_.get(), font.get());
    pango_layout_set_single_paragraph_mode(layout_.get(), TRUE);
    pango_layout_set_text(layout_.get(), valid, -1);
    if (most_px > 0) {
        pango_layout_set_ellipsize(layout_.get(), PANGO_ELLIPSIZE_END);
        pango_layout_set_width(layout_.get(), static_cast<int>(most_px / stretch_ * PANGO_SCALE));
    }
    PangoRectangle logical;
    pango_layout_get_extents(layout_.get(), nullptr, &logical);
    width_ = static_cast<double>(logical.width) / PANGO_SCALE * stretch_;
    height_ = static_cast<double>(logical.height) / PANGO_SCALE;
}

void Text::draw(cairo_t *cairo, double x, double y, const Colour &colour) const
{
    set_colour(cairo, colour);
    cairo_save(cairo);
    cairo_translate(cairo, x, y);
    cairo_scale(cairo, stretch_, 1);
    cairo_move_to(cairo, 0, 0);
    pango_cairo_show_layout(cairo, layout_.get());
    cairo_restore(cairo);
}

void set_colour(cairo_t *cairo, const Colour &colour)
{
    cairo_set_source_rgba(cairo, colour.red, colour.green, colour.blue, colour.alpha);
}

void rounded_rectangle(cairo_t *cairo, double x, double y, double width, double height,
                       double radius)
{
    const double r = std::min({radius, width / 2, height / 2});
    cairo_new_sub_path(cairo);
    cairo_arc(cairo, x + width - r, y + r, r, -pi / 2, 0);
    cairo_arc(cairo, x + width - r, y + height - r, r, 0, pi / 2);
    cairo_arc(cairo, x + r, y + height - r, r, pi / 2, pi);
    cairo_arc(cairo, x + r, y + r, r, pi, 3 * pi / 2);
    cairo_close_path(cairo);
}

} // namespace fovea
