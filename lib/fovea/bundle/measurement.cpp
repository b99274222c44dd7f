// SPDX-License-Identifier: MIT
#include "fovea/bundle/measurement.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>

namespace fovea {

namespace {

constexpr double most_an_hour = 1e6;

Measurement::Count read_count(const CardReader &reader)
{
    reader.refuse_unknown({"hits", "total"});
    const int total = reader.integer("total", 0, max_count);
    return {reader.integer("hits", 0, total), total};
}

std::string read_date(const CardReader &reader)
{
    std::string date = reader.text("date");
    std::string form = date;
    std::replace_if(
        form.begin(), form.end(), [](unsigned char c) { return std::isdigit(c) != 0; }, '0');
    if (form != "0000-00-00")
        throw reader.wrong("date", "a day, YYYY-MM-DD");
    return date;
}

Measurement read_measurement(const CardReader &reader)
{
    reader.refuse_unknown(
        {"set", "clips", "found", "alarmed", "alarms_per_hour", "interval", "date", "detector"});
    Measurement made;
    made.set = reader.text("set");
    made.clips = reader.integer("clips", 1, max_count);
    const Json &found = reader.at("found");
    if (!found.is_object())
        throw reader.wrong("found", "an object: hits and total of each label");
    for (const auto &[label, counts] : found.items())
        made.found.emplace_back(label, read_count(reader.object("found").object(label)));
    made.alarmed = read_count(reader.object("alarmed"));
    made.alarms_per_hour = reader.number("alarms_per_hour", 0, most_an_hour);
    const Json &interval = reader.at("interval");
    const bool fits = interval.is_array() && interval.size() == 2 && interval[0].is_number() &&
                      interval[1].is_number() && interval[0] <= interval[1];
    if (!fits)
        throw reader.wrong("interval", "two numbers, the lower first");
    made.low = interval[0].get<double>();
    made.high = interval[1].get<double>();
    made.date = read_date(reader);
    made.detector = reader.text("detector");
    return made;
}

std::string of(const Measurement::Count &count)
{
    return std::to_string(count.hits) + " of " + std::to_string(count.total);
}

} // namespace

std::vector<Measurement> read_measurements(const CardReader &reader, const std::string &where)
{
    std::vector<Measurement> all;
    if (!reader.has("measured") || reader.at("measured").is_string())
        return all;
    if (!reader.at("measured").is_array())
        throw reader.wrong("measured", "text, or a list with an entry for each set of clips");
    for (const Json &entry : reader.at("measured"))
        all.push_back(read_measurement(
            CardReader(entry, where + ": measured[" + std::to_string(all.size()) + "]")));
    return all;
}

std::string to_text(const Measurement &measurement)
{
    std::string text = measurement.set + ", " + std::to_string(measurement.clips) + " clips: ";
    for (const auto &[label, count] : measurement.found)
        text += of(count) + " " + label + ", ";
    std::array<char, 96> rate = {};
    std::snprintf(rate.data(), rate.size(), ", %.0f an hour (95 %%: %.0f to %.0f)",
                  measurement.alarms_per_hour, measurement.low, measurement.high);
    if (measurement.alarmed.total > 0)
        text += "an alarm in " + of(measurement.alarmed) + " without events" + rate.data() + ", ";
    return text + measurement.detector + ", " + measurement.date;
}

} // namespace fovea
