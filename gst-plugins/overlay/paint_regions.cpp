// SPDX-License-Identifier: MIT
#include "overlay/paint_regions.h"

#include <algorithm>
#include <cmath>

#include "fovea/core/percent.h"
#include "overlay/heat_layer.h"
#include "overlay/paint_boxes.h"

namespace fovea {

namespace {

constexpr double dimmest = 0.35; // share of the greatest weight where heat begins

/* 1 in the middle of an interval, smoothly 0 at its ends and outside */
double bump(double value, double start, double length)
{
    constexpr double slope = 0.4; // share of the interval that each flank takes
    const double place = length > 0 ? (value - start) / length : -1;
    const double rise = std::clamp(std::min(place, 1 - place) / slope, 0.0, 1.0);
    return rise * rise * (3 - 2 * rise);
}

class HeatField
{
public:
    explicit HeatField(const std::vector<WeightedRegion> &grid) : grid_(grid)
    {
        const auto by_weight = [](const WeightedRegion &a, const WeightedRegion &b) {
            return a.weight < b.weight;
        };
        const auto [least, most] = std::minmax_element(grid_.begin(), grid_.end(), by_weight);
        most_ = most->weight;
        contrast_ = most_ > 0 ? std::min(1.0, 3.0 * (most_ - least->weight) / most_) : 0;
    }

    bool flat() const { return contrast_ < 0.05; }

    /* In [0, 1] at a point of the frame */
    double at(double x, double y) const
    {
        double sum = 0;
        double cover = 0;
        for (const auto &[region, weight] : grid_) {
            const double near =
                bump(x, region.box.x, region.box.width) * bump(y, region.box.y, region.box.height);
            const double share = std::clamp((weight / most_ - dimmest) / (1 - dimmest), 0.0, 1.0);
            sum += near * share * share;
            cover += near;
        }
        if (cover <= 0)
            return 0;
        return sum / cover * std::min(1.0, cover) * contrast_; // soft towards the edges
    }

private:
    std::vector<WeightedRegion> grid_;
    double most_ = 0;
    double contrast_ = 0;
};

void paint_outline(const std::string &name, const PixelRect &rect, const Colour &colour,
                   const Style &style, std::vector<Drawing> *drawings)
{
    drawings->push_back(
        {name + " " + std::to_string(rect.width) + "x" + std::to_string(rect.height), rect.x,
         rect.y, [rect, colour, style] {
             const int strip = even_ceil(style.line + 3);
             return draw_tiles(strips_inside({0, 0, rect.width, rect.height}, strip),
                               [&](cairo_t *cairo) {
                                   const double dash = 6 * style.line;
                                   const double inset = 1 + style.line / 2;
                                   cairo_set_dash(cairo, &dash, 1, 0);
                                   cairo_rectangle(cairo, inset, inset, rect.width - 2 * inset,
                                                   rect.height - 2 * inset);
                                   cairo_set_line_width(cairo, style.line);
                                   set_colour(cairo, colour.with_alpha(0.85));
                                   cairo_stroke(cairo);
                               });
         }});
}

/* Around a region, and its share of the evidence inside its upper right corner */
void paint_share(const std::string &name, const WeightedRegion &entry, const Style &style,
                 std::vector<Drawing> *drawings)
{
    const PixelRect rect = style.pixels_of(entry.region.box);
    const Colour colour = heat_colour(1);
    paint_outline(name, rect, colour, style, drawings);
    const double inset = style.line + 3;
    paint_tag(whole_percent(entry.weight), colour.with_alpha(0.85), Style::white,
              {rect.x + rect.width - inset, rect.y + inset, 1, 0}, style, drawings);
}

bool is_large(const PixelRect &rect)
{
    return std::min(rect.width, rect.height) >= 32;
}

void paint_grid(const Scene &scene, const Style &style, std::vector<Drawing> *drawings)
{
    if (scene.grid.size() < 2)
        return;
    const HeatField field(scene.grid);
    Box area = scene.grid.front().region.box;
    const WeightedRegion *most = &scene.grid.front();
    std::string key = "heat";
    for (const WeightedRegion &entry : scene.grid) {
        area = united(area, entry.region.box);
        if (entry.weight > most->weight)
            most = &entry;
        const PixelRect at = style.pixels_of(entry.region.box);
        for (const long number :
             {std::lround(entry.weight * 1000), static_cast<long>(at.x), static_cast<long>(at.y),
              static_cast<long>(at.width), static_cast<long>(at.height)})
            key += " " + std::to_string(number);
    }
    const PixelRect rect = style.pixels_of(area);
    if (field.flat() || !is_large(rect))
        return;
    paint_heat_layer(
        key, rect,
        [field, area](double x, double y) {
            return field.at(area.x + x * area.width, area.y + y * area.height);
        },
        drawings);

    paint_share("region", *most, style, drawings);
}

} // namespace

void paint_regions(const Scene &scene, const Style &style, std::vector<Drawing> *drawings)
{
    paint_grid(scene, style, drawings);
    const bool is_event = scene.label && scene.label->tone != neutral_tone;
    if (is_event && scene.key_person && is_large(style.pixels_of(scene.key_person->region.box)))
        paint_share("person", *scene.key_person, style, drawings);
    if (!scene.salient)
        return;
    const PixelRect rect = style.pixels_of(scene.salient->region.box);
    if (is_large(rect))
        paint_outline("salient", rect, Style::white, style, drawings);
}

} // namespace fovea
