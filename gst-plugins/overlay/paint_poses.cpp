// SPDX-License-Identifier: MIT
#include "overlay/paint_poses.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace fovea {

namespace {

constexpr float least_confidence = 0.2F; // below it a keypoint is a guess

/* Places in keypoint_names that a limb joins */
constexpr std::pair<std::size_t, std::size_t> limbs[] = {
    {0, 1},   {0, 2},   {1, 3},   {2, 4},   // the face
    {5, 6},   {5, 11},  {6, 12},  {11, 12}, // the trunk
    {5, 7},   {7, 9},   {6, 8},   {8, 10},  // arms
    {11, 13}, {13, 15}, {12, 14}, {14, 16}, // legs
};

struct PosePoint {
    int x = 0; ///< pixels
    int y = 0;
    bool shown = false;
};

std::vector<PosePoint> points_of(const Pose &pose, const Style &style)
{
    std::vector<PosePoint> points;
    for (const Keypoint &keypoint : pose) {
        const bool inside =
            keypoint.x >= 0 && keypoint.x <= 1 && keypoint.y >= 0 && keypoint.y <= 1;
        points.push_back(
            {static_cast<int>(std::lround(keypoint.x * static_cast<float>(style.width))),
             static_cast<int>(std::lround(keypoint.y * static_cast<float>(style.height))),
             inside && keypoint.confidence >= least_confidence});
    }
    return points;
}

/** \brief Around the shown points; empty: none is shown */
PixelRect bounds_of(const std::vector<PosePoint> &points, const Style &style)
{
    int left = style.width;
    int top = style.height;
    int right = -1;
    int bottom = -1;
    for (const PosePoint &point : points) {
        if (!point.shown)
            continue;
        left = std::min(left, point.x);
        top = std::min(top, point.y);
        right = std::max(right, point.x);
        bottom = std::max(bottom, point.y);
    }
    if (right < left)
        return {};
    const int reach = even_ceil(2 * style.line + 2);
    const int x = even_floor(std::max(0, left - reach));
    const int y = even_floor(std::max(0, top - reach));
    return {x, y, even_ceil(std::min(style.width, right + reach) - x),
            even_ceil(std::min(style.height, bottom + reach) - y)};
}

void draw_limbs(cairo_t *cairo, const std::vector<PosePoint> &points, const PixelRect &rect,
                const Style &style)
{
    cairo_set_line_cap(cairo, CAIRO_LINE_CAP_ROUND);
    const auto trace = [&](double line, const Colour &colour) {
        cairo_set_line_width(cairo, line);
        set_colour(cairo, colour);
        for (const auto &[from, to] : limbs) {
            if (!points[from].shown || !points[to].shown)
                continue;
            cairo_move_to(cairo, points[from].x - rect.x, points[from].y - rect.y);
            cairo_line_to(cairo, points[to].x - rect.x, points[to].y - rect.y);
        }
        cairo_stroke(cairo);
    };
    trace(style.line + 2, Style::shadow);
    trace(style.line, style.accent);
    set_colour(cairo, Style::white);
    for (const PosePoint &point : points) {
        if (!point.shown)
            continue;
        cairo_new_sub_path(cairo);
        cairo_arc(cairo, point.x - rect.x, point.y - rect.y, style.line, 0, 2 * G_PI);
        cairo_fill(cairo);
    }
}

} // namespace

void paint_poses(const Scene &scene, const Style &style, std::vector<Drawing> *drawings)
{
    for (const Person &person : scene.persons) {
        if (!person.pose)
            continue;
        const std::vector<PosePoint> points = points_of(*person.pose, style);
        const PixelRect rect = bounds_of(points, style);
        if (rect.width < 1 || rect.height < 1)
            continue;
        std::string key = "pose";
        for (const PosePoint &point : points)
            key += point.shown ? " " + std::to_string(point.x - rect.x) + "," +
                                     std::to_string(point.y - rect.y)
                               : " -";
        drawings->push_back(
            {key, rect.x, rect.y, [points, rect, style] {
                 return draw_tiles({{0, 0, rect.width, rect.height}},
                                   [&](cairo_t *cairo) { draw_limbs(cairo, points, rect, style); });
             }});
    }
}

} // namespace fovea
