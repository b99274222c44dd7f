// SPDX-License-Identifier: MIT
#include "fovea/eval/rows_between.h"

#include <algorithm>
#include <limits>

#include "fovea/core/time.h"

namespace fovea {

namespace {

constexpr double stretch_slack = 0.25; // s: rows lie on a grid, what is listed does not

/** \brief Some of the rows of all regions */
Array narrowed(const Array &rows, std::int64_t first, std::int64_t count)
{
    if (rows.values.empty())
        return rows;
    const std::int64_t all = rows.shape[1];
    const std::int64_t channels = rows.shape[2];
    Array some({rows.shape[0], count, channels});
    for (std::int64_t region = 0; region < rows.shape[0]; ++region)
        std::copy_n(rows.values.begin() + (region * all + first) * channels, count * channels,
                    some.values.begin() + region * count * channels);
    return some;
}

} // namespace

FeatureFile rows_between(const FeatureFile &file, double start, double end)
{
    std::int64_t first = 0;
    std::int64_t count = 0;
    std::int64_t most_seen = 0;
    double most = -std::numeric_limits<double>::infinity(); // of none seen: the nearest
    for (std::size_t i = 0; i < file.times.size(); ++i) {
        const double from = to_seconds(file.times[i].start);
        const double to = to_seconds(file.times[i].end);
        const auto row = static_cast<std::int64_t>(i);
        if (const double seen = std::min(to, end) - std::max(from, start); seen > most) {
            most = seen;
            most_seen = row;
        }
        if (from < start - stretch_slack || to > end + stretch_slack)
            continue;
        if (count == 0)
            first = row;
        count = row - first + 1;
    }
    if (count == 0) {
        first = most_seen;
        count = 1;
    }
    FeatureFile some = file;
    some.features = narrowed(file.features, first, count);
    some.mirrored = narrowed(file.mirrored, first, count);
    some.times.assign(file.times.begin() + first, file.times.begin() + first + count);
    if (!file.persons.empty())
        some.persons.assign(file.persons.begin() + first, file.persons.begin() + first + count);
    some.jumps.clear();
    for (const std::int64_t jump : file.jumps) {
        if (jump > first && jump < first + count)
            some.jumps.push_back(jump - first);
    }
    return some;
}

} // namespace fovea
