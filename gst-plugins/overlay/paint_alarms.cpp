// SPDX-License-Identifier: MIT
#include "overlay/paint_alarms.h"

#include <algorithm>
#include <memory>

#include "fovea/core/percent.h"

namespace fovea {

namespace {

constexpr Colour ink = {0.08, 0.08, 0.08, 1};

std::string banner_text(const SceneAlarm &alarm)
{
    return "alarm " + std::to_string(alarm.id) + ": " + alarm.label.text + " " +
           whole_percent(alarm.label.confidence);
}

} // namespace

void paint_alarms(const Scene &scene, const Style &style, std::vector<Drawing> *drawings)
{
    const double pad_x = style.label_px * 0.6 * style.stretch;
    const double pad_y = style.label_px * 0.25;
    const double outline = std::max(1.5, style.line);
    const double most = style.width - 2 * style.margin - 2 * pad_x;
    int top = even_floor(style.margin);
    for (const SceneAlarm &alarm : scene.alarms) {
        const std::string text = banner_text(alarm);
        // laid out here, before it is known whether it must be drawn: its size decides the place
        const auto words = std::make_shared<const Text>(text, style, style.label_px, /*bold=*/true,
                                                        std::max(1.0, most));
        const int width = even_ceil(words->width() + 2 * pad_x);
        const int height = even_ceil(words->height() + 2 * pad_y);
        const int left = even_floor(style.width - style.margin - width);
        if (left < 0 || top + height > style.height / 2)
            return;
        const Colour tone = style.of_tone(alarm.label.tone);
        drawings->push_back(
            {"alarm " + std::to_string(alarm.label.tone) + " " + text, left, top, [=] {
                 return draw_tiles({{0, 0, width, height}}, [&](cairo_t *cairo) {
                     rounded_rectangle(cairo, outline / 2, outline / 2, width - outline,
                                       height - outline, style.radius);
                     set_colour(cairo, tone.with_alpha(0.95));
                     cairo_fill_preserve(cairo);
                     cairo_set_line_width(cairo, outline);
                     set_colour(cairo, Style::white);
                     cairo_stroke(cairo);
                     words->draw(cairo, (width - words->width()) / 2,
                                 (height - words->height()) / 2, ink);
                 });
             }});
        top += height + even_ceil(style.margin / 2);
    }
}

} // namespace fovea
