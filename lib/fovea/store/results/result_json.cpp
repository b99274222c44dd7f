// SPDX-License-Identifier: MIT
#include "fovea/store/results/result_json.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <string_view>

#include "fovea/core/json.h"
#include "fovea/core/mapped_file.h"
#include "fovea/store/results/line_values.h"

namespace fovea {

namespace {

constexpr const char *person_label = "person";
constexpr int person_label_id = 0; // as in COCO

constexpr int longest_side = 1 << 20; ///< of a frame in pixels, that a line may say
constexpr std::int64_t most_frames = std::int64_t{1} << 40U;

int to_pixels(float share, int size)
{
    return static_cast<int>(std::lround(share * static_cast<float>(size)));
}

Json object_of(const Person &person, ImageSize resolution)
{
    Json object = {{"detection",
                    {{"bounding_box", bounding_box(person.box)},
                     {"confidence", tidy(person.confidence)},
                     {"label", person_label},
                     {"label_id", person_label_id}}},
                   {"detected", person.detected},
                   {"h", to_pixels(person.box.height, resolution.height)},
                   {"roi_type", person_label},
                   {"w", to_pixels(person.box.width, resolution.width)},
                   {"x", to_pixels(person.box.x, resolution.width)},
                   {"y", to_pixels(person.box.y, resolution.height)}};
    if (person.id >= 0)
        object["id"] = person.id;
    for (std::size_t i = 0; person.pose && i < keypoint_names.size(); ++i) {
        const Keypoint &keypoint = (*person.pose)[i];
        object["keypoints"][keypoint_names[i]] = {tidy(keypoint.x), tidy(keypoint.y),
                                                  tidy(keypoint.confidence)};
    }
    return object;
}

Pose pose_from(const JsonReader &keypoints)
{
    Pose pose;
    for (std::size_t i = 0; i < pose.size(); ++i) {
        const auto values = keypoints.get<std::vector<float>>(keypoint_names[i]);
        if (values.size() != 3 || values[2] < 0 || values[2] > 1)
            throw keypoints.wrong(keypoint_names[i], "x, y and a confidence in [0, 1]");
        pose[i] = {values[0], values[1], values[2]};
    }
    return pose;
}

Person person_from(const JsonReader &object)
{
    const JsonReader detection = object.object("detection");
    Person person = {box_from(detection.object("bounding_box")), confidence_from(detection),
                     object.get<int>("id", -1), object.get<bool>("detected", true)};
    if (object.has("keypoints"))
        person.pose = pose_from(object.object("keypoints"));
    return person;
}

/* Calls work(reader) on each object of the array `key`; none where the key is missing. */
template <typename Work>
void for_each(const JsonReader &reader, const std::string &where, const char *key, Work &&work)
{
    if (!reader.has(key))
        return;
    const Json &entries = reader.at(key);
    if (!entries.is_array())
        throw reader.wrong(key, "an array");
    for (std::size_t i = 0; i < entries.size(); ++i)
        work(JsonReader(entries[i], where + key + "[" + std::to_string(i) + "]"));
}

Json activity_to_json(const Activity &activity)
{
    Json json = {{"scope", name_of(activity_scopes, activity.scope)}};
    json.update(scored(activity.label));
    json["start"] = to_seconds(activity.time.start);
    json["end"] = to_seconds(activity.time.end);
    json["top_k"] = Json::array();
    for (const ScoredLabel &label : activity.top_k)
        json["top_k"].push_back(scored(label));
    json["regions"] = Json::array();
    for (const auto &[region, weight] : activity.regions)
        json["regions"].push_back({{"kind", name_of(region_kinds, region.kind)},
                                   {"bounding_box", bounding_box(region.box)},
                                   {"weight", tidy(weight)}});
    json["salience"] = Json::array();
    for (const auto &[time, weight] : activity.salience)
        json["salience"].push_back({{"start", to_seconds(time.start)},
                                    {"end", to_seconds(time.end)},
                                    {"weight", tidy(weight)}});
    if (!activity.frames.all_good())
        json["frames"] = {{"seen", activity.frames.seen},
                          {"repeated", activity.frames.repeated},
                          {"frozen", activity.frames.frozen},
                          {"corrupt", activity.frames.corrupt}};
    if (activity.unseen > 0)
        json["unseen_timesteps"] = activity.unseen;
    if (activity.too_far)
        json["too_far"] = true;
    if (!activity.heat.empty())
        json["heat"] = {{"bounding_box", bounding_box(activity.heat.box)},
                        {"columns", activity.heat.columns},
                        {"rows", activity.heat.rows},
                        {"values", activity.heat.values}};
    return json;
}

FrameCounts frames_from(const JsonReader &reader)
{
    const auto count = [&](const char *key) { return reader.integer(key, 0, most_frames); };
    return {count("seen"), count("repeated"), count("frozen"), count("corrupt")};
}

HeatMap heat_from(const JsonReader &reader)
{
    HeatMap heat;
    heat.box = box_from(reader.object("bounding_box"));
    heat.columns = reader.get<int>("columns");
    heat.rows = reader.get<int>("rows");
    heat.values = reader.get<std::vector<std::uint8_t>>("values");
    const bool fits = heat.columns > 0 && heat.rows > 0 &&
                      heat.values.size() / static_cast<std::size_t>(heat.columns) ==
                          static_cast<std::size_t>(heat.rows) &&
                      heat.values.size() % static_cast<std::size_t>(heat.columns) == 0;
    if (!fits)
        throw reader.wrong("values", "rows x columns of them");
    return heat;
}

Activity activity_from(const JsonReader &reader)
{
    Activity activity;
    activity.scope = reader.named("scope", activity_scopes);
    activity.label = scored_from(reader);
    activity.time = span_from(reader);

    const std::string where = "result: activity.";
    for_each(reader, where, "top_k",
             [&](const JsonReader &entry) { activity.top_k.push_back(scored_from(entry)); });
    for_each(reader, where, "regions", [&](const JsonReader &entry) {
        activity.regions.push_back(
            {{entry.named("kind", region_kinds), box_from(entry.object("bounding_box"))},
             entry.get<float>("weight")});
    });
    for_each(reader, where, "salience", [&](const JsonReader &entry) {
        activity.salience.push_back({span_from(entry), entry.get<float>("weight")});
    });
    if (reader.has("frames"))
        activity.frames = frames_from(reader.object("frames"));
    if (reader.has("unseen_timesteps"))
        activity.unseen =
            static_cast<std::uint64_t>(reader.integer("unseen_timesteps", 0, most_frames));
    activity.too_far = reader.get<bool>("too_far", false);
    if (reader.has("heat"))
        activity.heat = heat_from(reader.object("heat"));
    return activity;
}

/* By its text: a half line at the end is one, too */
bool names_what_is_told(std::string_view line)
{
    const auto names = [line](std::string_view name) { // find() stops at each of the many quotes
        return memmem(line.data(), line.size(), name.data(), name.size()) != nullptr;
    };
    return line.back() != '}' || names("\"activity\"") || names("\"alarm\"");
}

Json alarm_to_json(const AlarmEvent &alarm)
{
    Json json = {{"event", name_of(alarm_event_kinds, alarm.kind)}, {"id", alarm.id}};
    json.update(scored(alarm.label));
    json["start"] = to_seconds(alarm.time.start);
    json["end"] = to_seconds(alarm.time.end);
    json["best"] = to_seconds(alarm.best);
    json["bounding_box"] = bounding_box(alarm.box);
    json["persons"] = alarm.persons;
    return json;
}

AlarmEvent alarm_from(const JsonReader &reader)
{
    AlarmEvent alarm;
    alarm.kind = reader.named("event", alarm_event_kinds);
    alarm.id = reader.get<std::uint64_t>("id");
    alarm.label = scored_from(reader);
    alarm.time = span_from(reader);
    alarm.best = seconds_from(reader, "best");
    alarm.box = box_from(reader.object("bounding_box"));
    alarm.persons = reader.get<std::vector<int>>("persons");
    return alarm;
}

} // namespace

Json to_json(const Result &result)
{
    Json json = {{"schema", result_schema_version}, {"timestamp", result.timestamp}};
    if (result.resolution.width > 0 && result.resolution.height > 0)
        json["resolution"] = {{"height", result.resolution.height},
                              {"width", result.resolution.width}};
    if (!result.source.empty())
        json["source"] = result.source;
    if (!result.model.empty())
        json["model"] = result.model;
    if (!result.utc.empty())
        json["utc"] = result.utc;
    if (!result.run.empty())
        json["run"] = result.run;
    json["objects"] = Json::array();
    for (const Person &person : result.persons)
        json["objects"].push_back(object_of(person, result.resolution));
    if (result.has_activity)
        json["activity"] = activity_to_json(result.activity);
    if (result.alarm)
        json["alarm"] = alarm_to_json(*result.alarm);
    return json;
}

Result result_from_json(const Json &line)
{
    const JsonReader reader(line, "result");
    if (reader.get<int>("schema") != result_schema_version)
        throw reader.wrong("schema", std::to_string(result_schema_version) +
                                         ", the version this program reads");

    Result result;
    result.timestamp = reader.integer("timestamp", 0, longest_time);
    if (reader.has("resolution")) {
        const JsonReader resolution = reader.object("resolution");
        const auto side = [&](const char *key) {
            return static_cast<int>(resolution.integer(key, 0, longest_side));
        };
        result.resolution = {side("width"), side("height")};
    }
    result.source = reader.get<std::string>("source", "");
    result.model = reader.get<std::string>("model", "");
    result.utc = reader.get<std::string>("utc", "");
    result.run = reader.get<std::string>("run", "");
    for_each(reader, "result: ", "objects", [&](const JsonReader &object) {
        if (object.has("detection")) // other programs' lines hold objects without a box
            result.persons.push_back(person_from(object));
    });
    result.has_activity = reader.has("activity");
    if (result.has_activity)
        result.activity = activity_from(reader.object("activity"));
    if (reader.has("alarm"))
        result.alarm = alarm_from(reader.object("alarm"));
    return result;
}

std::vector<Result> read_results(const std::string &file, ResultLines which)
{
    std::error_code error;
    if (!std::filesystem::exists(file, error))
        throw Error(Error::Kind::NotFound, "'" + file +
                                               "' cannot be read; expected the results.jsonl of "
                                               "fovea label or foveapublish");
    const MappedFile mapped(file, "results");
    std::string_view left = mapped.bytes();
    std::vector<Result> results;
    for (std::size_t number = 1; !left.empty(); ++number) {
        const std::string_view line = left.substr(0, left.find('\n'));
        left.remove_prefix(std::min(left.size(), line.size() + 1));
        if (line.find_first_not_of(" \t\r") == std::string::npos ||
            (which == ResultLines::Told && !names_what_is_told(line)))
            continue;
        const std::string where = "'" + file + "' line " + std::to_string(number) + ": ";
        Json json;
        try {
            json = parse_json(line, "line");
        } catch (const Error &cause) {
            throw Error(Error::Kind::Settings,
                        where + "not a JSON object; make the file anew with fovea label (" +
                            cause.what() + ")");
        }
        try {
            results.push_back(result_from_json(json));
        } catch (const Error &cause) {
            throw Error(Error::Kind::Settings, where + cause.what());
        }
    }
    return results;
}

} // namespace fovea
