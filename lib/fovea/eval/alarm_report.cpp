// SPDX-License-Identifier: MIT
#include "fovea/eval/alarm_report.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "fovea/core/formatted.h"
#include "fovea/core/json.h"
#include "fovea/core/names.h"
#include "fovea/eval/report.h"

namespace fovea {

namespace {

constexpr std::array told_thresholds = {0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999};

std::string found_text(const Share &share)
{
    if (share.total == 0)
        return "none there";
    return formatted("%lld of %lld (%.0f %%)", static_cast<long long>(share.hits),
                     static_cast<long long>(share.total), 100 * share.value());
}

/* "found 3 of 9 (33 %) after 1.2 s; 4.5 false alarms an hour (1.2 to 11.5); alarms in 2 of 30 (7 %) videos without events" */
std::string figures_text(const AlarmFigures &figures)
{
    std::string text = "found " + found_text(figures.found);
    if (figures.seconds_until)
        text += formatted(" after %.1f s", *figures.seconds_until);
    const Rate &rate = figures.false_alarms;
    if (rate.hours > 0)
        text += formatted("; %.1f false alarms an hour (%.1f to %.1f)", rate.value(), rate.low(),
                          rate.high());
    if (figures.alarmed.total > 0)
        text += "; alarms in " + found_text(figures.alarmed) + " videos without events";
    return text + "\n";
}

std::string threshold_text(double threshold)
{
    return formatted("%-6.4g", threshold);
}

bool is_told(double threshold)
{
    return std::any_of(told_thresholds.begin(), told_thresholds.end(),
                       [&](double told) { return std::abs(told - threshold) < 1e-9; });
}

std::string ruled_text(const AlarmEvaluation &evaluation, const AlarmCurves &curves)
{
    std::string text = "\n" + (curves.set.empty() ? "all" : "set " + curves.set) +
                       formatted(": %lld videos, %.1f minutes\n",
                                 static_cast<long long>(curves.videos), 60 * curves.hours);
    text += "  as ruled, together  " + figures_text(curves.together);
    for (std::size_t i = 0; i < curves.classes.size(); ++i)
        text += "  " + evaluation.labels.at(static_cast<std::size_t>(curves.classes[i])) + " at " +
                threshold_text(curves.as_ruled[i].threshold) + "  " +
                figures_text(curves.as_ruled[i]);
    return text;
}

constexpr Named<AlarmMistake::Kind> mistake_kinds[] = {
    {AlarmMistake::Kind::FalseAlarm, "false-alarm"}, {AlarmMistake::Kind::Missed, "missed"}};

/* "  false-alarm  fight 0.93   2.1 to   4.3 s  people/012.mp4 (people_misc)" */
std::string mistakes_text(const AlarmEvaluation &evaluation)
{
    if (evaluation.mistakes.empty())
        return "";
    std::string text = "\nfalse alarms and missed events, as ruled (score: of the alarm, or the "
                       "highest of the event's windows)\n";
    for (const AlarmMistake &one : evaluation.mistakes) {
        const std::string &label = evaluation.labels.at(static_cast<std::size_t>(one.label));
        text += formatted("  %-11s  ", name_of(mistake_kinds, one.kind)) + label +
                formatted(" %.2f  %6.1f to %6.1f s  ", one.score, one.time.start, one.time.end) +
                one.video + (one.set.empty() ? "" : " (" + one.set + ")") + "\n";
    }
    return text;
}

Json to_json(const AlarmMistake &one, const std::vector<std::string> &labels)
{
    return {{"kind", name_of(mistake_kinds, one.kind)},
            {"video", one.video},
            {"set", one.set.empty() ? Json() : Json(one.set)},
            {"label", labels.at(static_cast<std::size_t>(one.label))},
            {"start", one.time.start},
            {"end", one.time.end},
            {"score", one.score}};
}

Json to_json(const AlarmFigures &figures)
{
    const Rate &rate = figures.false_alarms;
    const auto finite = [](double value) { return std::isfinite(value) ? Json(value) : Json(); };
    Json json = {{"found", to_json(figures.found)},
                 {"seconds_until", nullptr},
                 {"false_alarms",
                  {{"count", rate.events},
                   {"hours", rate.hours},
                   {"per_hour", rate.value()},
                   {"low", rate.low()},
                   {"high", finite(rate.high())}}},
                 {"videos_without_events",
                  {{"alarmed", figures.alarmed.hits}, {"total", figures.alarmed.total}}}};
    if (figures.seconds_until)
        json["seconds_until"] = *figures.seconds_until;
    if (figures.threshold > 0)
        json["threshold"] = figures.threshold;
    return json;
}

Json class_json(const AlarmCurves &curves, std::size_t place, std::optional<double> alarms_per_hour)
{
    Json json = {{"as_ruled", to_json(curves.as_ruled[place])}, {"sweep", Json::array()}};
    for (const AlarmFigures &figures : curves.sweeps[place])
        json["sweep"].push_back(to_json(figures));
    if (alarms_per_hour) {
        const auto figures = at_rate(curves.sweeps[place], *alarms_per_hour);
        json["at_rate"] = figures ? to_json(*figures) : Json();
    }
    return json;
}

} // namespace

std::string to_text(const AlarmEvaluation &evaluation, std::optional<double> alarms_per_hour)
{
    std::string text =
        "alarms (in brackets behind rates: exact 95 % interval of a Poisson count)\n";
    for (const AlarmCurves &curves : evaluation.curves)
        text += ruled_text(evaluation, curves);
    const AlarmCurves &all = evaluation.curves.front();
    for (std::size_t i = 0; i < all.classes.size(); ++i) {
        const std::string &label = evaluation.labels.at(static_cast<std::size_t>(all.classes[i]));
        text += "\n" + label + " by threshold\n";
        for (const AlarmFigures &figures : all.sweeps[i]) {
            if (is_told(figures.threshold))
                text += "  " + threshold_text(figures.threshold) + figures_text(figures);
        }
        if (!alarms_per_hour)
            continue;
        const auto wanted = at_rate(all.sweeps[i], *alarms_per_hour);
        text += formatted("  for at most %g false alarms an hour: ", *alarms_per_hour) +
                (wanted ? "on " + threshold_text(wanted->threshold) + figures_text(*wanted)
                 : has_rate(all.sweeps[i])
                     ? "no threshold does\n"
                     : "nobody can tell without footage in which nothing happens\n");
    }
    text += mistakes_text(evaluation);
    return text;
}

Json to_json(const AlarmEvaluation &evaluation, std::optional<double> alarms_per_hour)
{
    Json json = {{"sets", Json::array()}};
    if (alarms_per_hour)
        json["alarms_per_hour"] = *alarms_per_hour;
    for (const AlarmCurves &curves : evaluation.curves) {
        Json set = {{"set", curves.set.empty() ? Json() : Json(curves.set)},
                    {"videos", curves.videos},
                    {"hours", curves.hours},
                    {"together", to_json(curves.together)},
                    {"classes", Json::object()}};
        for (std::size_t i = 0; i < curves.classes.size(); ++i)
            set["classes"][evaluation.labels.at(static_cast<std::size_t>(curves.classes[i]))] =
                class_json(curves, i, alarms_per_hour);
        json["sets"].push_back(std::move(set));
    }
    json["mistakes"] = Json::array();
    for (const AlarmMistake &one : evaluation.mistakes)
        json["mistakes"].push_back(to_json(one, evaluation.labels));
    return json;
}

} // namespace fovea
