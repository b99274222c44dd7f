// SPDX-License-Identifier: MIT
#include "fovea/store/results/line_values.h"

#include <array>
#include <charconv>

#include "fovea/core/stated_time.h"

namespace fovea {

namespace {

/* A box reaches out of its frame a little: of its edge, in sides of the frame */
constexpr double farthest = 100;

} // namespace

double tidy(float value)
{
    std::array<char, 32> text = {};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    double decimal = value;
    std::from_chars(text.data(), end, decimal);
    return decimal;
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
    const auto edge = [&](const char *key, double least) {
        return static_cast<float>(reader.number(key, least, farthest));
    };
    const float x = edge("x_min", -farthest);
    const float y = edge("y_min", -farthest);
    return {x, y, edge("x_max", x) - x, edge("y_max", y) - y};
}

float confidence_from(const JsonReader &reader)
{
    return static_cast<float>(reader.number("confidence", 0, 1));
}

Json scored(const ScoredLabel &label)
{
    return {{"label", label.label},
            {"label_id", label.label_id},
            {"confidence", tidy(label.confidence)}};
}

ScoredLabel scored_from(const JsonReader &reader)
{
    return {reader.get<std::string>("label"), reader.get<int>("label_id"), confidence_from(reader)};
}

Nanoseconds seconds_from(const JsonReader &reader, const char *key)
{
    return to_nanoseconds(reader.number(key, -longest_seconds, longest_seconds));
}

TimeSpan span_from(const JsonReader &reader)
{
    const TimeSpan span = {seconds_from(reader, "start"), seconds_from(reader, "end")};
    if (span.end < span.start)
        throw reader.wrong("end", "a time not before start");
    return span;
}

} // namespace fovea
