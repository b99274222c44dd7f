// SPDX-License-Identifier: MIT
#include "overlay/paint_timeline.h"

#include <algorithm>
#include <cmath>

#include "fovea/core/clock_text.h"

namespace fovea {

namespace {

/* A live timeline moves this often: smooth to the eye, and cheap */
constexpr Nanoseconds live_step = nanoseconds_per_second / 8;

/* Where things lie in the panel, whose corner is the origin */
struct Layout {
    explicit Layout(const Scene &scene, const Style &style)
        : panel{even_floor(style.margin), 0, even_floor(style.width - 2 * style.margin),
                even_ceil(std::max(20.0, 44 * style.unit))},
          pad(std::max(3.0, 6 * style.unit)),
          clock_px(style.small_px)
    {
        panel.y = even_floor(style.height - style.margin - panel.height);
        const std::string widest = scene.live
                                       ? "live"
                                       : clock_text(to_seconds(scene.timeline_span.end)) + " / " +
                                             clock_text(to_seconds(scene.timeline_span.end));
        clock_width = even_ceil(Text(widest, style, clock_px, false).width() + 1.5 * pad);
        if (clock_width > panel.width / 3)
            clock_width = 0; // no room: the curve alone
        curve_x = std::round(1.5 * pad);
        curve_y = pad;
        curve_width = std::floor(panel.width - clock_width - 3 * pad);
        curve_height = panel.height - 2 * pad;
    }

    PixelRect panel;
    double pad;
    double clock_px;
    int clock_width = 0;
    double curve_x = 0;
    double curve_y = 0;
    double curve_width = 0;
    double curve_height = 0;
};

Nanoseconds time_at(const TimeSpan &span, double share)
{
    return span.start +
           static_cast<Nanoseconds>(share * static_cast<double>(span.end - span.start));
}

/* The curve from column `from` to before `to`, which are of one tone, and the ground of an event */
void draw_run(cairo_t *cairo, const Layout &at, const std::vector<double> &tall, std::size_t from,
              std::size_t to, const Colour &colour, bool event)
{
    const double base = at.curve_y + at.curve_height;
    const double left = at.curve_x + static_cast<double>(from);
    const double right = at.curve_x + static_cast<double>(to);
    if (event) {
        set_colour(cairo, colour.with_alpha(0.22));
        cairo_rectangle(cairo, left, at.curve_y, right - left, at.curve_height);
        cairo_fill(cairo);
    }
    cairo_move_to(cairo, left, base);
    for (std::size_t i = from; i <= to && i < tall.size(); ++i)
        cairo_line_to(cairo, at.curve_x + static_cast<double>(i), base - tall[i]);
    cairo_line_to(cairo, right, base);
    cairo_close_path(cairo);
    set_colour(cairo, colour.with_alpha(event ? 0.85 : 0.55));
    cairo_fill(cairo);
}

void draw_curve(cairo_t *cairo, const Layout &at, const Timeline &timeline, const TimeSpan &span,
                const Style &style)
{
    const auto columns = static_cast<std::size_t>(std::max(0.0, at.curve_width));
    std::vector<double> tall; // one more than columns: the curve's points stand at their edges
    std::vector<int> tones;
    for (std::size_t i = 0; i <= columns; ++i) {
        const double place = static_cast<double>(i);
        const auto share = static_cast<double>(columns);
        tall.push_back(std::clamp<double>(timeline.weight_at(time_at(span, place / share)), 0, 1) *
                       at.curve_height);
        tones.push_back(timeline.tone_at(time_at(span, (place + 0.5) / share)));
    }
    for (std::size_t from = 0, to = 0; from < columns; from = to) {
        while (to < columns && tones[to] == tones[from])
            ++to;
        draw_run(cairo, at, tall, from, to, style.of_tone(tones[from]),
                 tones[from] != neutral_tone);
    }
}

std::vector<Tile> draw_panel(const Layout &at, const Timeline *timeline, const TimeSpan &span,
                             const Style &style)
{
    return draw_tiles({{0, 0, at.panel.width, at.panel.height}}, [&](cairo_t *cairo) {
        rounded_rectangle(cairo, 0, 0, at.panel.width, at.panel.height, style.radius);
        set_colour(cairo, Style::panel);
        cairo_fill(cairo);
        if (timeline != nullptr)
            draw_curve(cairo, at, *timeline, span, style);

        const double hair = std::max(1.0, std::round(style.unit));
        set_colour(cairo, Style::white.with_alpha(0.35));
        cairo_rectangle(cairo, at.curve_x, std::round(at.curve_y + at.curve_height), at.curve_width,
                        hair);
        cairo_fill(cairo);
    });
}

void paint_clock(const Scene &scene, const Layout &at, const Style &style,
                 std::vector<Drawing> *drawings)
{
    if (at.clock_width == 0)
        return;
    const std::string text = scene.live ? "live"
                                        : clock_text(to_seconds(scene.now)) + " / " +
                                              clock_text(to_seconds(scene.timeline_span.end));
    drawings->push_back(
        {"clock " + text, at.panel.x + even_floor(at.panel.width - at.clock_width), at.panel.y,
         [=] {
             return draw_tiles({{0, 0, at.clock_width, at.panel.height}}, [&](cairo_t *cairo) {
                 const Text words(text, style, at.clock_px, false);
                 words.draw(cairo, at.clock_width - words.width() - 1.2 * at.pad,
                            (at.panel.height - words.height()) / 2, Style::white.with_alpha(0.9));
             });
         }});
}

void paint_marker(double share, const Layout &at, const Style &style,
                  std::vector<Drawing> *drawings)
{
    const double line = std::max(1.5, 2 * style.unit);
    const double knob = std::max(2.5, 4 * style.unit);
    const int half = even_ceil(knob + 1);
    const int x = even_floor(at.panel.x + at.curve_x + share * at.curve_width);
    drawings->push_back({"marker", x - half, at.panel.y, [=] {
                             return draw_tiles(
                                 {{0, 0, 2 * half, at.panel.height}}, [&](cairo_t *cairo) {
                                     cairo_rectangle(cairo, half - line / 2 - 1, at.curve_y / 2,
                                                     line + 2, at.panel.height - at.curve_y);
                                     set_colour(cairo, Style::shadow);
                                     cairo_fill(cairo);
                                     set_colour(cairo, Style::white);
                                     cairo_rectangle(cairo, half - line / 2, at.curve_y / 2, line,
                                                     at.panel.height - at.curve_y);
                                     cairo_fill(cairo);
                                     cairo_arc(cairo, half, at.curve_y / 2 + knob, knob, 0, 7);
                                     cairo_fill(cairo);
                                 });
                         }});
}

} // namespace

void paint_timeline(const Scene &scene, const Style &style, std::vector<Drawing> *drawings)
{
    const bool shown = scene.timeline != nullptr && !scene.timeline->empty();
    const bool fits = style.width >= 64 && style.height >= 64;
    TimeSpan span = scene.timeline_span;
    if (!shown || !fits || span.end <= span.start)
        return;
    if (scene.live) {
        const Nanoseconds length = span.end - span.start;
        span.end = span.end / live_step * live_step;
        span.start = span.end - length;
    }

    const Layout at(scene, style);
    drawings->push_back({"timeline " + std::to_string(scene.timeline->revision()) + " " +
                             std::to_string(span.start) + " " + std::to_string(span.end),
                         at.panel.x, at.panel.y, [=, timeline = scene.timeline] {
                             return draw_panel(at, timeline.get(), span, style);
                         }});
    paint_clock(scene, at, style, drawings);
    const double played =
        static_cast<double>(scene.now - span.start) / static_cast<double>(span.end - span.start);
    if (!scene.live)
        paint_marker(std::clamp(played, 0.0, 1.0), at, style, drawings);
}

} // namespace fovea
