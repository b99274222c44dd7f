// SPDX-License-Identifier: MIT
#include "fovea/decide/feature_row.h"

#include <algorithm>
#include <string>

#include "fovea/core/errors.h"

namespace fovea {

std::deque<FeatureRow> rows_of(const Array &rows)
{
    const auto regions = static_cast<std::size_t>(rows.shape[0]);
    const std::int64_t count = rows.shape[1];
    const std::int64_t channels = rows.shape[2];
    std::deque<FeatureRow> views;
    for (std::int64_t t = 0; t < count; ++t) {
        FeatureRow row;
        row.index = static_cast<std::uint64_t>(t);
        row.time = {t, t + 1};
        row.regions.resize(regions);
        row.channels = channels;
        // Nobody owns it here: the array outlives the view
        row.features = {std::shared_ptr<const void>(), rows.values.data() + t * channels};
        row.stride = count * channels;
        views.push_back(std::move(row));
    }
    return views;
}

std::deque<FeatureRow> rows_of(const Array &rows, const std::vector<TimeSpan> &times,
                               const std::vector<std::int64_t> &jumps,
                               const std::vector<PersonsSeen> &persons)
{
    std::deque<FeatureRow> views = rows_of(rows);
    if (times.size() != views.size())
        throw Error(Error::Kind::Settings, "rows: expected a time for each of " +
                                               std::to_string(views.size()) + ", got " +
                                               std::to_string(times.size()));
    if (!persons.empty() && persons.size() != views.size())
        throw Error(Error::Kind::Settings, "rows: expected persons of each of " +
                                               std::to_string(views.size()) + ", got " +
                                               std::to_string(persons.size()));
    for (std::size_t t = 0; t < times.size(); ++t)
        views[t].time = times[t];
    for (std::size_t t = 0; t < persons.size(); ++t)
        views[t].persons = persons[t];
    for (const std::int64_t row : jumps)
        views.at(static_cast<std::size_t>(row)).after_jump = true;
    return views;
}

Array stacked(const std::deque<FeatureRow> &rows, std::size_t first, std::size_t count)
{
    const std::size_t regions = rows[first].regions.size();
    const std::int64_t channels = rows[first].channels;
    Array window({static_cast<std::int64_t>(regions), static_cast<std::int64_t>(count), channels});
    auto out = window.values.begin();
    for (std::size_t region = 0; region < regions; ++region) {
        for (std::size_t t = first; t < first + count; ++t)
            out = std::copy_n(rows[t].of_region(region), channels, out);
    }
    return window;
}

} // namespace fovea
