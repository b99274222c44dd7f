#include "fovea/store/result.h"

#include <array>
#include <charconv>
#include <cmath>
#include <fstream>

#include "fovea/core/json.h"

namespace fovea {

namespace {

constexpr const char *person_label = "person";
constexpr int person_label_id = 0; // as in COCO

/* The shortest decimal that reads back as the same float: 0.87, not 0.8700000047683716. */
double tidy(float value)
{
    std::array<char, 32> text = {};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    double decimal = value;
    std::from_chars(text.data(), end, decimal);
    return decimal;
}

int to_pixels(float share, int size)
{
    return static_cast<int>(std::lround(share * static_cast<float>(size)));
}

Nanoseconds to_nanoseconds(double seconds)
{
    return std::llround(seconds * nanoseconds_per_second);
}

Json bounding_box(const Box &box)
{
    return {{"x_max", tidy(box.x_max())},
            {"x_min", tidy(box.x)},
            {"y_max", tidy(box.y_max())},
            {"y_min", tidy(box.y)}};
}

Box box_from(const JsonReader &reader)
{
    const auto x = reader.get<float>("x_min");
    const auto y = reader.get<float>("y_min");
    return {x, y, reader.get<float>("x_max") - x, reader.get<float>("y_max") - y};
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
    return object;
}

Person person_from(const JsonReader &object)
{
    const JsonReader detection = object.object("detection");
    return {box_from(detection.object("bounding_box")), detection.get<float>("confidence"),
            object.get<int>("id", -1), object.get<bool>("detected", true)};
}

Json scored(const ScoredLabel &label)
{
    return {{"label", label.label},
            {"label_id", label.label_id},
            {"confidence", tidy(label.confidence)}};
}

ScoredLabel scored_from(const JsonReader &reader)
{
    return {reader.get<std::string>("label"), reader.get<int>("label_id"),
            reader.get<float>("confidence")};
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

TimeSpan span_from(const JsonReader &reader)
{
    const TimeSpan span = {to_nanoseconds(reader.get<double>("start")),
                           to_nanoseconds(reader.get<double>("end"))};
    if (span.end < span.start)
        throw reader.wrong("end", "a time not before start");
    return span;
}

RegionKind kind_from(const JsonReader &reader)
{
    const auto name = reader.get<std::string>("kind");
    for (const RegionKind kind :
         {RegionKind::Full, RegionKind::Grid, RegionKind::Actor, RegionKind::Salient})
        if (name == to_string(kind))
            return kind;
    throw reader.wrong("kind", "full, grid, actor or salient");
}

Activity::Scope scope_from(const JsonReader &reader)
{
    const auto name = reader.get<std::string>("scope");
    for (const auto scope :
         {Activity::Scope::Window, Activity::Scope::Video, Activity::Scope::Segment})
        if (name == to_string(scope))
            return scope;
    throw reader.wrong("scope", "window, video or segment");
}

Json activity_to_json(const Activity &activity)
{
    Json json = {{"scope", to_string(activity.scope)}};
    json.update(scored(activity.label));
    json["start"] = to_seconds(activity.time.start);
    json["end"] = to_seconds(activity.time.end);
    json["top_k"] = Json::array();
    for (const ScoredLabel &label : activity.top_k)
        json["top_k"].push_back(scored(label));
    json["regions"] = Json::array();
    for (const auto &[region, weight] : activity.regions)
        json["regions"].push_back({{"kind", to_string(region.kind)},
                                   {"bounding_box", bounding_box(region.box)},
                                   {"weight", tidy(weight)}});
    json["salience"] = Json::array();
    for (const auto &[time, weight] : activity.salience)
        json["salience"].push_back({{"start", to_seconds(time.start)},
                                    {"end", to_seconds(time.end)},
                                    {"weight", tidy(weight)}});
    if (!activity.heat.empty())
        json["heat"] = {{"bounding_box", bounding_box(activity.heat.box)},
                        {"columns", activity.heat.columns},
                        {"rows", activity.heat.rows},
                        {"values", activity.heat.values}};
    return json;
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
    activity.scope = scope_from(reader);
    activity.label = scored_from(reader);
    activity.time = span_from(reader);

    const std::string where = "result: activity.";
    for_each(reader, where, "top_k",
             [&](const JsonReader &entry) { activity.top_k.push_back(scored_from(entry)); });
    for_each(reader, where, "regions", [&](const JsonReader &entry) {
        activity.regions.push_back({{kind_from(entry), box_from(entry.object("bounding_box"))},
                                    entry.get<float>("weight")});
    });
    for_each(reader, where, "salience", [&](const JsonReader &entry) {
        activity.salience.push_back({span_from(entry), entry.get<float>("weight")});
    });
    if (reader.has("heat"))
        activity.heat = heat_from(reader.object("heat"));
    return activity;
}

} // namespace

const char *to_string(Activity::Scope scope)
{
    switch (scope) {
    case Activity::Scope::Window:
        return "window";
    case Activity::Scope::Video:
        return "video";
    case Activity::Scope::Segment:
        return "segment";
    }
    return "";
}

Json to_json(const Result &result)
{
    Json json = {
        {"schema", result_schema_version},
        {"timestamp", result.timestamp},
        {"resolution", {{"height", result.resolution.height}, {"width", result.resolution.width}}}};
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
    return json;
}

Result result_from_json(const Json &line)
{
    const JsonReader reader(line, "result");
    if (reader.get<int>("schema") != result_schema_version)
        throw reader.wrong("schema", std::to_string(result_schema_version) +
                                         ", the version this program reads");

    Result result;
    result.timestamp = reader.get<Nanoseconds>("timestamp");
    const JsonReader resolution = reader.object("resolution");
    result.resolution = {resolution.get<int>("width"), resolution.get<int>("height")};
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
    return result;
}

std::vector<Result> read_results(const std::string &file)
{
    std::ifstream stream(file);
    if (!stream)
        throw Error(Error::Kind::NotFound, "'" + file +
                                               "' cannot be read; expected the results.jsonl of "
                                               "fovea label or foveapublish");
    std::vector<Result> results;
    std::string line;
    for (std::size_t number = 1; std::getline(stream, line); ++number) {
        if (line.find_first_not_of(" \t\r") == std::string::npos)
            continue;
        const std::string where = "'" + file + "' line " + std::to_string(number) + ": ";
        try {
            results.push_back(result_from_json(Json::parse(line)));
        } catch (const Error &error) {
            throw Error(Error::Kind::Settings, where + error.what());
        } catch (const nlohmann::json::exception &) {
            throw Error(Error::Kind::Settings,
                        where + "not a JSON object; make the file anew with fovea label");
        }
    }
    if (stream.bad())
        throw Error(Error::Kind::NotFound, "'" + file + "' cannot be read; is it a folder?");
    return results;
}

} // namespace fovea
