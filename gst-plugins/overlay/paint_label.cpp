// SPDX-License-Identifier: MIT
#include "overlay/paint_label.h"

#include <algorithm>
#include <optional>

#include "fovea/core/percent.h"

namespace fovea {

namespace {

std::string shown_confidence(const SceneLabel &label)
{
    return label.confidence < 0 ? "" : whole_percent(label.confidence);
}

/* A line of the panel: a name and its confidence */
struct Line {
    Line(const std::string &name_text, const SceneLabel &label, const Style &style, double size_px,
         bool bold, double most_px)
        : confidence(shown_confidence(label), style, size_px, false),
          gap(size_px * 0.6 * style.stretch),
          name(name_text, style, size_px, bold, std::max(1.0, most_px - confidence.width() - gap))
    {
    }

    double width() const { return name.width() + gap + confidence.width(); }

    Text confidence;
    double gap;
    Text name;
};

struct Panel {
    Panel(const Scene &scene, const Style &style_of)
        : style(style_of),
          pad(style.label_px * 0.45),
          pad_x(pad * style.stretch),
          chip(std::max(3.0, style.label_px * 0.2 * style.stretch)),
          bar(std::max(2.0, style.label_px * 0.13))
    {
        const double most = style.width - 2 * style.margin - 3 * pad_x - chip;
        double inner = 0;
        double content = 0;
        if (scene.label) {
            label.emplace(scene.label->text, *scene.label, style, style.label_px, true, most);
            inner = label->width();
            content = label->name.height() + bar + pad * 0.35;
        }
        if (scene.video) {
            video.emplace("video: " + scene.video->text, *scene.video, style, style.small_px, false,
                          most);
            inner = std::max(inner, video->width());
            content += video->name.height() + (label ? pad * 0.5 : 0);
        }
        width = inner + 3 * pad_x + chip;
        height = content + 1.6 * pad;
    }

    void draw(cairo_t *cairo, const Scene &scene) const
    {
        rounded_rectangle(cairo, 0, 0, width, height, style.radius);
        set_colour(cairo, Style::panel);
        cairo_fill(cairo);
        rounded_rectangle(cairo, 0.5, 0.5, width - 1, height - 1, style.radius);
        set_colour(cairo, Style::white.with_alpha(0.10));
        cairo_set_line_width(cairo, 1);
        cairo_stroke(cairo);

        const SceneLabel &main = scene.label ? *scene.label : *scene.video;
        const Colour tone = style.of_tone(main.tone);
        rounded_rectangle(cairo, pad_x * 0.8, pad * 0.8, chip, height - 1.6 * pad, chip / 2);
        set_colour(cairo, tone);
        cairo_fill(cairo);

        const double left = chip + 1.8 * pad_x;
        const double inner = width - left - pad_x * 1.2;
        double y = pad * 0.8;
        if (label) {
            label->name.draw(cairo, left, y, Style::white);
            label->confidence.draw(cairo, left + inner - label->confidence.width(), y,
                                   Style::white.with_alpha(0.85));
            y += label->name.height() + pad * 0.35;
            rounded_rectangle(cairo, left, y, inner, bar, bar / 2);
            set_colour(cairo, Style::white.with_alpha(0.18));
            cairo_fill(cairo);
            const double full = std::clamp(static_cast<double>(main.confidence), 0.0, 1.0);
            rounded_rectangle(cairo, left, y, std::max(bar, inner * full), bar, bar / 2);
            set_colour(cairo, tone);
            cairo_fill(cairo);
            y += bar + pad * 0.5;
        }
        if (video) {
            video->name.draw(cairo, left, y, Style::white.with_alpha(0.8));
            video->confidence.draw(cairo, left + inner - video->confidence.width(), y,
                                   Style::white.with_alpha(0.65));
        }
    }

    const Style &style;
    double pad;
    double pad_x; ///< beside, where it is above and below
    double chip;
    double bar;
    std::optional<Line> label;
    std::optional<Line> video;
    double width = 0;
    double height = 0;
};

std::string key_of(const std::optional<SceneLabel> &label)
{
    return label
               ? label->text + "\n" + shown_confidence(*label) + "\n" + std::to_string(label->tone)
               : "";
}

} // namespace

void paint_label(const Scene &scene, const Style &style, std::vector<Drawing> *drawings)
{
    if (!scene.label && !scene.video)
        return;
    Scene words; // all that the panel tells: the key's texts
    words.label = scene.label;
    words.video = scene.video;
    const int corner = even_floor(style.margin);
    drawings->push_back({"label\n" + key_of(scene.label) + "\n\n" + key_of(scene.video), corner,
                         corner, [words, style]() -> std::vector<Tile> {
                             const Panel panel(words, style);
                             const bool fits = panel.width <= style.width - 2 * style.margin + 1 &&
                                               panel.height <= style.height / 2.0;
                             if (!fits)
                                 return {};
                             return draw_tiles(
                                 {{0, 0, even_ceil(panel.width), even_ceil(panel.height)}},
                                 [&](cairo_t *cairo) { panel.draw(cairo, words); });
                         }});
}

} // namespace fovea
