// SPDX-License-Identifier: MIT
#include "fovea/video/axis_table.h"

#include <algorithm>
#include <cstdint>

namespace fovea {

namespace {

void add(AxisTable &table, std::int64_t first, std::int64_t last, double first_weight,
         double last_weight)
{
    table.first.push_back(static_cast<int>(first));
    table.last.push_back(static_cast<int>(last));
    table.first_weight.push_back(static_cast<float>(first_weight));
    table.last_weight.push_back(static_cast<float>(last_weight));
    table.has_middle = table.has_middle || last - first > 1;
}

void fill_bilinear(AxisTable &table, int target)
{
    const double scale = static_cast<double>(table.source) / target;
    for (int i = 0; i < target; ++i) {
        const double at = std::clamp((i + 0.5) * scale - 0.5, 0.0, table.source - 1.0);
        const int first = static_cast<int>(at);
        const double share = at - first;
        add(table, first, std::min(first + 1, table.source - 1), 1 - share, share);
    }
}

/** Target pixel i covers [i, i + 1) * source / target; counted in 1/target of a source pixel */
void fill_area(AxisTable &table, int target)
{
    const std::int64_t source = table.source;
    const auto share = [&](std::int64_t parts) {
        return static_cast<double>(parts) / table.source;
    };
    for (std::int64_t i = 0; i < target; ++i) {
        const std::int64_t start = i * source;
        const std::int64_t end = start + source;
        const std::int64_t first = start / target;
        const std::int64_t last = (end - 1) / target;
        add(table, first, last, share(std::min((first + 1) * target, end) - start),
            last > first ? share(end - last * target) : 0);
    }
    table.middle_weight = static_cast<float>(share(target));
}

} // namespace

AxisTable make_axis_table(int source, int target, Interpolation interpolation)
{
    AxisTable table;
    table.source = source;
    if (interpolation == Interpolation::Area && source > target)
        fill_area(table, target);
    else
        fill_bilinear(table, target);
    return table;
}

} // namespace fovea
