// SPDX-License-Identifier: MIT
#include "overlay/heat_layer.h"

#include <algorithm>
#include <cmath>
#include <memory>

namespace fovea {

namespace {

constexpr int field_side = 48;          // samples of the heat across the grid, drawn out smoothly
constexpr double strongest_alpha = 0.5; // the picture stays visible under it

Tile sample_field(const std::function<double(double, double)> &heat_at)
{
    Tile tile = {{0, 0, field_side, field_side}, {}};
    for (int row = 0; row < field_side; ++row) {
        for (int column = 0; column < field_side; ++column) {
            const double heat = heat_at((column + 0.5) / field_side, (row + 0.5) / field_side);
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

std::vector<Tile> draw_heat(const std::function<double(double, double)> &heat_at,
                            const PixelRect &rect)
{
    Tile samples = sample_field(heat_at);
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

/* Between the middles of the cells a straight line; the edge cells reach to the edge */
double heat_between(const HeatMap &heat, double x, double y)
{
    const auto cell = [&heat](int column, int row) {
        const int c = std::clamp(column, 0, heat.columns - 1);
        const int r = std::clamp(row, 0, heat.rows - 1);
        return heat.values[static_cast<std::size_t>(r * heat.columns + c)] / 255.0;
    };
    const double across = x * heat.columns - 0.5;
    const double down = y * heat.rows - 0.5;
    const int column = static_cast<int>(std::floor(across));
    const int row = static_cast<int>(std::floor(down));
    const double right = across - column;
    const double below = down - row;
    return (1 - below) * ((1 - right) * cell(column, row) + right * cell(column + 1, row)) +
           below * ((1 - right) * cell(column, row + 1) + right * cell(column + 1, row + 1));
}

} // namespace

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

void paint_heat_layer(const std::string &key, const PixelRect &rect,
                      const std::function<double(double, double)> &heat_at,
                      std::vector<Drawing> *drawings)
{
    drawings->push_back(
        {key, rect.x, rect.y, [heat_at, rect] { return draw_heat(heat_at, rect); }});
}

void paint_saliency(const Scene &scene, const Style &style, std::vector<Drawing> *drawings)
{
    const HeatMap &heat = scene.heat;
    const PixelRect rect = style.pixels_of(heat.box);
    if (heat.empty() || std::min(rect.width, rect.height) < 32)
        return;
    std::string key = "saliency " + std::to_string(heat.columns) + " " + std::to_string(rect.x) +
                      " " + std::to_string(rect.y) + " " + std::to_string(rect.width) + " " +
                      std::to_string(rect.height) + " ";
    key.append(heat.values.begin(), heat.values.end());
    paint_heat_layer(
        key, rect, [heat](double x, double y) { return heat_between(heat, x, y); }, drawings);
}

} // namespace fovea
