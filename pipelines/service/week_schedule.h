// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace fovea {

/** \brief Hours of a week, in local time, from and to minutes since Monday 0:00 */
struct WeekSpan {
    int from = 0;
    int to = 0; ///< below from: over the week's end

    bool operator==(const WeekSpan &other) const { return from == other.from && to == other.to; }
};

/** \brief When alarms of a camera are wanted */
class WeekSchedule
{
public:
    WeekSchedule() = default; ///< always

    /**
     * \param lines such as "Mon-Fri 18:00-06:00" or "Sat,Sun 00:00-24:00"; the end may lie on the next day
     * \throw Error Settings with the line and what was expected
     */
    explicit WeekSchedule(const std::vector<std::string> &lines);

    /** \param minute of the week, from Monday 0:00, local time */
    bool holds(int minute) const;

    bool operator==(const WeekSchedule &other) const { return spans_ == other.spans_; }

private:
    std::vector<WeekSpan> spans_;
};

/** \brief The minute of the week that it is now, local time */
int minute_of_week();

} // namespace fovea
