// SPDX-License-Identifier: MIT
#include "fovea/store/results/result_formats.h"

#include <algorithm>
#include <cinttypes>
#include <utility>

#include "fovea/core/clock_text.h"
#include "fovea/core/csv_field.h"
#include "fovea/core/formatted.h"
#include "fovea/core/json.h"
#include "fovea/core/markup.h"
#include "fovea/core/percent.h"
#include "fovea/core/printable.h"
#include "fovea/store/results/result_json.h"

namespace fovea {

namespace {

/* Text of a cue or comment: a line feed would end it, "-->" starts the next, an escape code steers a terminal. */
std::string cue_text(std::string text)
{
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
    return printable(markup_escaped(text));
}

std::string label_text(const ScoredLabel &label)
{
    return cue_text(label.label) + " " + whole_percent(label.confidence);
}

/* To the millisecond that a cue's clock shows: printf would take half of one to the even side */
std::string seconds_text(Nanoseconds time)
{
    const std::int64_t ms = to_milliseconds(time);
    return formatted("%" PRId64 ".%03d", ms / 1000, static_cast<int>(ms % 1000));
}

struct Cue {
    TimeSpan time;
    std::string text;
};

std::string share_text(float share)
{
    return formatted("%.4f", static_cast<double>(share));
}

std::string csv_row(const std::string &source, const char *scope, const TimeSpan &time,
                    const ScoredLabel &label)
{
    return csv_cell(source) + "," + scope + "," + seconds_text(time.start) + "," +
           seconds_text(time.end) + "," + csv_cell(label.label) + "," +
           share_text(label.confidence) + "\n";
}

} // namespace

std::string to_json_lines(const std::vector<Result> &results)
{
    std::string lines;
    for (const Result &result : results)
        lines += one_line(to_json(result)) + "\n";
    return lines;
}

std::string to_webvtt(const std::vector<Result> &results)
{
    const bool has_segments = std::any_of(results.begin(), results.end(), [](const Result &result) {
        return result.has_activity && result.activity.scope == Activity::Scope::Segment;
    });
    const auto shown = has_segments ? Activity::Scope::Segment : Activity::Scope::Window;
    std::vector<Cue> cues;
    std::string text = "WEBVTT\n";
    for (const Result &result : results) {
        if (result.alarm && result.alarm->kind == AlarmEvent::Kind::End)
            cues.push_back({result.alarm->time, "alarm: " + label_text(result.alarm->label)});
        if (!result.has_activity)
            continue;
        if (result.activity.scope == Activity::Scope::Video)
            text += "\nNOTE video: " + label_text(result.activity.label) + "\n";
        else if (result.activity.scope == shown)
            cues.push_back({result.activity.time, label_text(result.activity.label)});
    }

    std::stable_sort(cues.begin(), cues.end(),
                     [](const Cue &a, const Cue &b) { return a.time.start < b.time.start; });
    for (const auto &[time, words] : cues) {
        // a cue must end after it starts, in the milliseconds written
        const Nanoseconds end = std::max(time.end, time.start + nanoseconds_per_millisecond);
        text +=
            "\n" + cue_clock_text(time.start) + " --> " + cue_clock_text(end) + "\n" + words + "\n";
    }
    return text;
}

Json to_activity_net(const std::vector<Result> &results, const std::string &video)
{
    Json segments = Json::array();
    for (const Result &result : results) {
        const Activity &activity = result.activity;
        if (result.has_activity && activity.scope == Activity::Scope::Segment)
            segments.push_back(
                {{"label", activity.label.label},
                 {"score", activity.label.confidence},
                 {"segment", {to_seconds(activity.time.start), to_seconds(activity.time.end)}}});
    }
    return activity_net_predictions({{video, segments}});
}

Json activity_net_predictions(Json results)
{
    return {{"version", "VERSION 1.3"}, // as ActivityNet's evaluation code expects it
            {"results", std::move(results)},
            {"external_data", Json::object()}};
}

std::string to_csv(const std::vector<Result> &results)
{
    std::string text = "source,scope,start,end,label,confidence\n";
    for (const Result &result : results) {
        if (result.has_activity)
            text += csv_row(result.source, name_of(activity_scopes, result.activity.scope),
                            result.activity.time, result.activity.label);
        if (result.alarm && result.alarm->kind == AlarmEvent::Kind::End)
            text += csv_row(result.source, "alarm", result.alarm->time, result.alarm->label);
    }
    return text;
}

const std::vector<ResultFormat> &result_formats()
{
    using Results = std::vector<Result>;
    static const std::vector<ResultFormat> formats = {
        {"jsonl", "results.jsonl",
         [](const Results &results, const std::string &) { return to_json_lines(results); }},
        {"vtt", "results.vtt",
         [](const Results &results, const std::string &) { return to_webvtt(results); }},
        {"csv", "results.csv",
         [](const Results &results, const std::string &) { return to_csv(results); }},
        {"activitynet", "results.activitynet.json",
         [](const Results &results, const std::string &video) {
             return file_text(to_activity_net(results, video));
         },
         /*of_segments=*/true}};
    return formats;
}

} // namespace fovea
