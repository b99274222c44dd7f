// SPDX-License-Identifier: MIT
#include "service/week_schedule.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <optional>
#include <sstream>

#include "fovea/core/errors.h"
#include "fovea/core/text_file.h"

namespace fovea {

namespace {

constexpr int minutes_a_day = 24 * 60;
constexpr int minutes_a_week = 7 * minutes_a_day;
constexpr std::array<const char *, 7> days = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

std::optional<int> day_of(const std::string &text)
{
    const auto *found = std::find(days.begin(), days.end(), lowered(text));
    if (found == days.end())
        return std::nullopt;
    return static_cast<int>(found - days.begin());
}

/* "18:00" */
std::optional<int> minute_of(const std::string &text)
{
    int hour = 0;
    int minute = 0;
    char colon = 0;
    char more = 0;
    std::istringstream stream(text);
    if (!(stream >> hour >> colon >> minute) || stream >> more || colon != ':' || hour < 0 ||
        hour > 24 || minute < 0 || minute > 59 || hour * 60 + minute > minutes_a_day)
        return std::nullopt;
    return hour * 60 + minute;
}

std::vector<std::string> split(const std::string &text, char at)
{
    std::vector<std::string> parts;
    std::istringstream stream(text);
    for (std::string part; std::getline(stream, part, at);)
        parts.push_back(part);
    return parts;
}

/* "Mon-Fri,Sun"; empty: it is none */
std::vector<int> days_of(const std::string &text)
{
    std::vector<int> found;
    for (const std::string &range : split(text, ',')) {
        const auto ends = split(range, '-');
        const auto first = ends.empty() ? std::nullopt : day_of(ends.front());
        const auto last = ends.empty() || ends.size() > 2 ? std::nullopt : day_of(ends.back());
        if (!first || !last)
            return {};
        for (int day = *first;; day = (day + 1) % 7) {
            found.push_back(day);
            if (day == *last)
                break;
        }
    }
    return found;
}

} // namespace

WeekSchedule::WeekSchedule(const std::vector<std::string> &lines)
{
    for (const std::string &line : lines) {
        std::istringstream stream(line);
        std::string names;
        std::string hours;
        std::string more;
        stream >> names >> hours >> more;
        const std::vector<int> on = days_of(names);
        const auto ends = split(hours, '-');
        constexpr int none = -1;
        const int from = ends.size() == 2 ? minute_of(ends[0]).value_or(none) : none;
        const int to = ends.size() == 2 ? minute_of(ends[1]).value_or(none) : none;
        if (on.empty() || from == none || to == none || !more.empty())
            throw Error(Error::Kind::Settings,
                        "expected days and hours as in 'Mon-Fri 18:00-06:00', got '" + line + "'");
        const int length = to > from ? to - from : to + minutes_a_day - from;
        for (const int day : on) {
            const int start = day * minutes_a_day + from;
            spans_.push_back({start % minutes_a_week, (start + length) % minutes_a_week});
        }
    }
}

bool WeekSchedule::holds(int minute) const
{
    return spans_.empty() ||
           std::any_of(spans_.begin(), spans_.end(), [minute](const WeekSpan &span) {
               return span.from < span.to ? minute >= span.from && minute < span.to
                                          : minute >= span.from || minute < span.to;
           });
}

int minute_of_week()
{
    const std::time_t now = std::time(nullptr);
    std::tm local = {};
    tzset(); // localtime_r() keeps to the zone of its first call, whatever the machine's is by now
    localtime_r(&now, &local);
    const int day = (local.tm_wday + 6) % 7; // tm_wday counts from Sunday
    return day * minutes_a_day + local.tm_hour * 60 + local.tm_min;
}

} // namespace fovea
