// SPDX-License-Identifier: MIT
#include "fovea/decide/zones.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <sstream>

#include "fovea/core/errors.h"

namespace fovea {

namespace {

constexpr float on_edge = 1e-6F; ///< distance, in sides of the frame
constexpr std::size_t fewest_corners = 3;

bool is_on(Point point, Point a, Point b)
{
    const float length = std::hypot(b.x - a.x, b.y - a.y);
    if (length == 0)
        return std::hypot(point.x - a.x, point.y - a.y) <= on_edge;
    const float across = ((b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x)) / length;
    const float along = ((b.x - a.x) * (point.x - a.x) + (b.y - a.y) * (point.y - a.y)) / length;
    return std::abs(across) <= on_edge && along >= -on_edge && along <= length + on_edge;
}

bool holds(const Zone &zone, Point point)
{
    bool inside = false;
    for (std::size_t i = 0; i < zone.corners.size(); ++i) {
        const Point a = zone.corners[i];
        const Point b = zone.corners[(i + 1) % zone.corners.size()];
        if (is_on(point, a, b))
            return true;
        const bool spans = (a.y > point.y) != (b.y > point.y);
        if (spans && point.x < a.x + (point.y - a.y) / (b.y - a.y) * (b.x - a.x))
            inside = !inside;
    }
    return inside;
}

/** \brief Whether all corners lie on one line: nobody stands in it */
bool is_flat(const Zone &zone)
{
    const Point a = zone.corners.front();
    const auto from_a = [&](Point point) { return std::hypot(point.x - a.x, point.y - a.y); };
    const Point b =
        *std::max_element(zone.corners.begin(), zone.corners.end(),
                          [&](Point one, Point other) { return from_a(one) < from_a(other); });
    return std::all_of(zone.corners.begin(), zone.corners.end(), [&](Point point) {
        const float across = (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x);
        return std::abs(across) <= on_edge * from_a(b);
    });
}

bool in_any(const std::vector<Zone> &zones, Point point)
{
    return std::any_of(zones.begin(), zones.end(),
                       [&](const Zone &zone) { return holds(zone, point); });
}

Error wrong(const std::string &zone, const std::string &got)
{
    return Error(
        Error::Kind::Settings,
        "zone '" + zone +
            "': expected include or exclude and three corners x,y or more in [0, 1], as in "
            "'include 0,0.5 1,0.5 1,1', got " +
            got);
}

/** \brief The whole of \a text as a share */
bool read_share(std::string_view text, float *share)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *share);
    return error == std::errc() && end == text.data() + text.size() && *share >= 0 && *share <= 1;
}

Point corner_from(const std::string &text, const std::string &zone)
{
    Point corner;
    const auto comma = text.find(',');
    const std::string_view all = text;
    if (comma == std::string::npos || !read_share(all.substr(0, comma), &corner.x) ||
        !read_share(all.substr(comma + 1), &corner.y))
        throw wrong(zone, "'" + text + "'");
    return corner;
}

} // namespace

bool Zones::hold(Point point) const
{
    point = {std::clamp(point.x, 0.0F, 1.0F), std::clamp(point.y, 0.0F, 1.0F)};
    return (included.empty() || in_any(included, point)) && !in_any(excluded, point);
}

Zones zones_from(const std::string &text)
{
    Zones zones;
    std::istringstream parts(text);
    for (std::string part; std::getline(parts, part, ';');) {
        std::istringstream words(part);
        std::string kind;
        if (!(words >> kind))
            continue; // a semicolon behind the last one
        if (kind != "include" && kind != "exclude")
            throw wrong(part, "'" + kind + "'");
        Zone zone;
        for (std::string word; words >> word;)
            zone.corners.push_back(corner_from(word, part));
        if (zone.corners.size() < fewest_corners)
            throw wrong(part, std::to_string(zone.corners.size()) + " corners");
        if (is_flat(zone))
            throw wrong(part, "corners on one line");
        (kind == "include" ? zones.included : zones.excluded).push_back(std::move(zone));
    }
    return zones;
}

} // namespace fovea
