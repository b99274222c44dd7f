// SPDX-License-Identifier: MIT
#include "overlay/paint_boxes.h"

#include <algorithm>
#include <cmath>

#include "fovea/core/percent.h"

namespace fovea {

namespace {

constexpr Colour dark_ink = {0.08, 0.08, 0.08, 1};

std::string size_key(const PixelRect &rect)
{
    return std::to_string(rect.width) + "x" + std::to_string(rect.height);
}

/* Strokes the current path: a dark line under a bright one is seen on any ground. */
void stroke_seen(cairo_t *cairo, const Colour &colour, double line)
{
    cairo_set_line_width(cairo, line + 2);
    set_colour(cairo, Style::shadow);
    cairo_stroke_preserve(cairo);
    cairo_set_line_width(cairo, line);
    set_colour(cairo, colour);
    cairo_stroke(cairo);
}

void paint_person_box(const PixelRect &rect, const Style &style, std::vector<Drawing> *drawings)
{
    drawings->push_back({"person " + size_key(rect), rect.x, rect.y, [rect, style] {
                             const int strip = even_ceil(style.line + style.radius);
                             const double inset = 1 + style.line / 2;
                             return draw_tiles(
                                 strips_inside({0, 0, rect.width, rect.height}, strip),
                                 [&](cairo_t *cairo) {
                                     rounded_rectangle(cairo, inset, inset, rect.width - 2 * inset,
                                                       rect.height - 2 * inset, style.radius / 2);
                                     stroke_seen(cairo, Style::white.with_alpha(0.92), style.line);
                                 });
                         }});
}

std::string person_text(const Person &person)
{
    const std::string score = whole_percent(person.confidence);
    return person.id >= 0 ? "#" + std::to_string(person.id) + "  " + score : score;
}

/* The four corners of `rect`, with arms of the given length */
void trace_brackets(cairo_t *cairo, const PixelRect &rect, double inset, double arm)
{
    const double right = rect.width - inset;
    const double bottom = rect.height - inset;
    for (const bool at_right : {false, true}) {
        for (const bool at_bottom : {false, true}) {
            const double x = at_right ? right : inset;
            const double y = at_bottom ? bottom : inset;
            cairo_move_to(cairo, x, y + (at_bottom ? -arm : arm));
            cairo_line_to(cairo, x, y);
            cairo_line_to(cairo, x + (at_right ? -arm : arm), y);
        }
    }
}

std::vector<Tile> draw_brackets(const PixelRect &rect, const Style &style)
{
    const double line = std::max(2.0, 3.2 * style.unit);
    const double inset = 2 + line / 2;
    const double arm = std::max(6.0, 0.17 * std::min(rect.width, rect.height));
    const int side =
        std::min(even_ceil(arm + 2 * line + 2), std::min(rect.width, rect.height) / 4 * 2);
    const int right = rect.width - side;
    const int bottom = rect.height - side;

    return draw_tiles({{0, 0, side, side},
                       {right, 0, side, side},
                       {0, bottom, side, side},
                       {right, bottom, side, side}},
                      [&](cairo_t *cairo) {
                          cairo_set_line_cap(cairo, CAIRO_LINE_CAP_ROUND);
                          cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
                          trace_brackets(cairo, rect, inset, arm);
                          stroke_seen(cairo, style.accent, line);
                      });
}

} // namespace

void paint_persons(const Scene &scene, const Style &style, std::vector<Drawing> *drawings)
{
    const double least = 4 * style.line + 4;
    for (const Person &person : scene.persons) {
        const PixelRect rect = style.pixels_of(person.box);
        if (rect.width < least || rect.height < least)
            continue;
        paint_person_box(rect, style, drawings);
        paint_tag(person_text(person), Style::panel, Style::white,
                  {static_cast<double>(rect.x), static_cast<double>(rect.y), 0, 1}, style,
                  drawings);
    }
}

void paint_actor(const Scene &scene, bool weight, const Style &style,
                 std::vector<Drawing> *drawings)
{
    if (!scene.actor)
        return;
    const PixelRect rect = style.pixels_of(*scene.actor);
    if (std::min(rect.width, rect.height) < 16)
        return;
    drawings->push_back({"actor " + size_key(rect), rect.x, rect.y,
                         [rect, style] { return draw_brackets(rect, style); }});
    std::string text = "actor";
    if (weight && scene.actor_weight)
        text += "  " + whole_percent(*scene.actor_weight);
    // between the lower brackets, on the line that they suggest
    paint_tag(text, style.accent.with_alpha(0.92), dark_ink,
              {rect.x + rect.width / 2.0, rect.y + rect.height - 2.0, 0.5, 0.5}, style, drawings);
}

void paint_highlight(const Scene &scene, const Style &style, std::vector<Drawing> *drawings)
{
    if (!scene.highlight || std::min(style.width, style.height) < 32)
        return;
    const Colour tone = style.of_tone(scene.highlight_tone);
    drawings->push_back(
        {"border " + std::to_string(scene.highlight_tone), 0, 0, [tone, style] {
             const double solid = std::max(2.0, 4 * style.unit);
             const int strip = even_ceil(std::max(4.0, 11 * style.unit));
             // an odd frame ends inside the last pair of pixels
             const PixelRect outer = {0, 0, even_ceil(style.width), even_ceil(style.height)};
             return draw_tiles(strips_inside(outer, strip), [&](cairo_t *cairo) {
                 const int steps = strip;
                 for (int i = 0; i < steps; ++i) {
                     const double fade = 1 - static_cast<double>(i) / steps;
                     const double alpha = i < solid ? 0.95 : 0.5 * fade * fade;
                     set_colour(cairo, tone.with_alpha(alpha));
                     cairo_set_line_width(cairo, 1);
                     cairo_rectangle(cairo, i + 0.5, i + 0.5, style.width - 2 * i - 1,
                                     style.height - 2 * i - 1);
                     cairo_stroke(cairo);
                 }
             });
         }});
}

void paint_tag(const std::string &text, const Colour &ground, const Colour &ink,
               const TagPlace &place, const Style &style, std::vector<Drawing> *drawings)
{
    // laid out here, before it is known whether it must be drawn: its size decides the place
    const auto words = std::make_shared<const Text>(text, style, style.small_px, false);
    const double pad_x = style.small_px * 0.4 * style.stretch;
    const double pad_y = style.small_px * 0.12;
    const int width = even_ceil(words->width() + 2 * pad_x);
    const int height = even_ceil(words->height() + 2 * pad_y);
    if (width > style.width || height > style.height)
        return;

    const int left =
        even_floor(std::clamp<double>(place.x - place.share_x * width, 0, style.width - width));
    const int top =
        even_floor(std::clamp<double>(place.y - place.share_y * height, 0, style.height - height));
    const std::string key = "tag " + std::to_string(std::lround(ground.red * 255)) + " " + text;
    drawings->push_back({key, left, top, [=] {
                             return draw_tiles({{0, 0, width, height}}, [&](cairo_t *cairo) {
                                 rounded_rectangle(cairo, 0, 0, width, height, style.radius / 2);
                                 set_colour(cairo, ground);
                                 cairo_fill(cairo);
                                 words->draw(cairo, (width - words->width()) / 2,
                                             (height - words->height()) / 2, ink);
                             });
                         }});
}

} // namespace fovea
