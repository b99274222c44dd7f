#include "overlay/paint_regions.h"

#include <algorithm>
#include <cmath>
#include <memory>

#include "overlay/paint_boxes.h"

namespace fovea {

namespace {

constexpr int field_side = 48;          // samples of the heat across the grid, drawn out smoothly
constexpr double strongest_alpha = 0.5; // the picture stays visible under it
constexpr double dimmest = 0.35;        // share of the greatest weight where heat begins

/* From cool over amber to red */
Colour heat_colour(double heat)
{
    constexpr Colour low = {0.10, 0.62, 0.78, 1};
    constexpr Colour middle = {1.0, 0.72, 0.16, 1};
    constexpr Colour high = {1.0, 0.20, 0.16, 1};
    const Colour &from = heat < 0.5 ? low : middle;
    const Colour &to = heat < 0.5 ? middle : high;
    const double share = heat < 0.5 ? heat * 2 : heat * 2 - 1;
    return {from.red + share * (to.red - from.red), from.green + share * (to.green - from.green),
            from.blue + share * (to.blue - from.blue), 1};
}

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

Tile sample_field(const HeatField &field, const Box &area)
{
    Tile tile = {{0, 0, field_side, field_side}, {}};
    for (int row = 0; row < field_side; ++row) {
        for (int column = 0; column < field_side; ++column) {
            const double heat = field.at(area.x + (column + 0.5) / field_side * area.width,
                                         area.y + (row + 0.5) / field_side * area.height);
            const Colour colour = heat_colour(heat);
            const double alpha = strongest_alpha * std::sqrt(heat) * std::min(1.0, heat * 4);
            const auto part = [alpha](double value) {
                return static_cast<std::uint32_t>(std::lround(value * alpha * 255));
            };
            tile.pixels.push_back(part(1) << 24 | part(colour.red) << 16 | part(colour.green) << 8 |
                                  part(colour.blue));
        }
    }
    return tile;
}

std::vector<Tile> draw_heat(const HeatField &field, const Box &area, const PixelRect &rect)
{
    Tile samples = sample_field(field, area);
    const std::unique_ptr<cairo_surface_t, decltype(&cairo_surface_destroy)> small(
        cairo_image_surface_create_for_data(
            reinterpret_cast<unsigned char *>(samples.pixels.data()), CAIRO_FORMAT_ARGB32,
            field_side, field_side, field_side * 4),
        cairo_surface_destroy);
    return draw_tiles({{0, 0, rect.width, rect.height}}, [&](cairo_t *cairo) {
        cairo_scale(cairo, static_cast<double>(rect.width) / field_side,
                    static_cast<double>(rect.height) / field_side);
        cairo_set_source_surface(cairo, small.get(), 0, 0);
        cairo_pattern_set_filter(cairo_get_source(cairo), CAIRO_FILTER_BILINEAR);
        cairo_paint(cairo);
    });
}

void paint_outline(const PixelRect &rect, const Colour &colour, const Style &style,
                   std::vector<Drawing> *drawings)
{
    drawings->push_back({"region " + std::to_string(rect.width) + "x" + std::to_string(rect.height),
                         rect.x, rect.y, [rect, colour, style] {
                             const int strip = even_ceil(style.line + 3);
                             return draw_tiles(
                                 strips_inside({0, 0, rect.width, rect.height}, strip),
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

} // namespace

void paint_regions(const Scene &scene, const Style &style, std::vector<Drawing> *drawings)
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
    if (field.flat() || std::min(rect.width, rect.height) < 32)
        return;
    drawings->push_back(
        {key, rect.x, rect.y, [field, area, rect] { return draw_heat(field, area, rect); }});

    const PixelRect strongest = style.pixels_of(most->region.box);
    const Colour colour = heat_colour(1);
    paint_outline(strongest, colour, style, drawings);
    const double inset = style.line + 3;
    paint_tag(percent_text(most->weight), colour.with_alpha(0.85), Style::white,
              {strongest.x + strongest.width - inset, strongest.y + inset, 1, 0}, style, drawings);
}

} // namespace fovea
