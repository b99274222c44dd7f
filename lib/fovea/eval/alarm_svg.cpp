// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cmath>

#include "fovea/core/formatted.h"
#include "fovea/eval/alarm_report.h"
#include "fovea/eval/svg.h"

namespace fovea {

namespace {

constexpr double left = 60; // pixels
constexpr double top = 40;
constexpr double width = 520;
constexpr double height = 320;
constexpr double line_height = 18;
constexpr std::array colours = {"#c0392b", "#144e8c", "#1e8449", "#b9770e", "#6c3483", "#555555"};

/** \brief The rates of the picture: from less than one alarm in all the time, to the most */
struct RateAxis {
    double least = 0; ///< stands for none
    double most = 0;

    explicit RateAxis(const AlarmCurves &curves)
    {
        double hours = 0;
        for (const auto &sweep : curves.sweeps) {
            for (const AlarmFigures &figures : sweep) {
                hours = std::max(hours, figures.false_alarms.hours);
                most = std::max(most, figures.false_alarms.value());
            }
        }
        least = hours > 0 ? 0.5 / hours : 0.1;
        most = std::max(most, 4 * least);
    }

    double x(double rate) const
    {
        const double share = std::log(std::max(rate, least) / least) / std::log(most / least);
        return left + width * share;
    }
};

double y_of(double share)
{
    return top + height * (1 - share);
}

std::string grid(const RateAxis &axis)
{
    std::string body;
    for (int tenth = 0; tenth <= 10; tenth += 2) {
        body += svg_grid_line(left, y_of(tenth / 10.0), left + width, y_of(tenth / 10.0));
        body += svg_text(left - 8, y_of(tenth / 10.0) + 4, std::to_string(10 * tenth) + " %",
                         {12, "end"});
    }
    body += svg_grid_line(left, top, left, top + height) +
            svg_text(left, top + height + line_height, "none", {12, "middle"});
    const auto first = static_cast<int>(std::floor(std::log10(axis.least))) + 1;
    for (int decade = first; std::pow(10, decade) <= axis.most; ++decade) {
        const double x = axis.x(std::pow(10, decade));
        body += svg_grid_line(x, top, x, top + height) +
                svg_text(x, top + height + line_height, formatted("%g", std::pow(10, decade)),
                         {12, "middle"});
    }
    return body;
}

std::string curve(const std::vector<AlarmFigures> &sweep, const RateAxis &axis, const char *colour)
{
    std::vector<std::array<double, 2>> points;
    for (const AlarmFigures &figures : sweep)
        points.push_back({axis.x(figures.false_alarms.value()), y_of(figures.found.value())});
    return svg_curve(points, colour);
}

} // namespace

std::string to_svg(const AlarmEvaluation &evaluation)
{
    const AlarmCurves &all = evaluation.curves.front();
    const RateAxis axis(all);
    std::string body =
        svg_text(left, top / 2, "Events found against false alarms an hour, by threshold", {14}) +
        grid(axis);
    double y = top + line_height;
    for (std::size_t i = 0; i < all.classes.size(); ++i) {
        const AlarmFigures &ruled = all.as_ruled[i];
        if (ruled.found.total == 0)
            continue; // nothing to be found
        const char *colour = colours[i % colours.size()];
        body += curve(all.sweeps[i], axis, colour);
        body += "<circle cx=\"" + svg_number(axis.x(ruled.false_alarms.value())) + "\" cy=\"" +
                svg_number(y_of(ruled.found.value())) + "\" r=\"5\" fill=\"" + colour + "\"/>\n";
        body += svg_text(left + 10, y,
                         evaluation.labels.at(static_cast<std::size_t>(all.classes[i])) +
                             ", dot: on " + formatted("%g", ruled.threshold),
                         {12, "start", colour});
        y += line_height;
    }
    body += svg_text(left + width / 2, top + height + 2 * line_height, "false alarms an hour",
                     {12, "middle"});
    return svg_document(left + width + line_height, top + height + 3 * line_height, body);
}

} // namespace fovea
