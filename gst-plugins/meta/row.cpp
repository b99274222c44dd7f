// SPDX-License-Identifier: MIT
#include "meta/row.h"

#include "meta/convert.h"

namespace fovea {

PersonsSeen persons_seen_from(const FoveaRow &row)
{
    return {static_cast<int>(row.persons.followed), row.persons.two_touch != FALSE,
            row.persons.goes_down != FALSE, row.persons.largest};
}

FeatureRow row_from(FoveaRow *row)
{
    const std::shared_ptr<FoveaRow> held(fovea_row_ref(row), fovea_row_unref);
    FeatureRow made;
    made.index = row->index;
    made.after_jump = row->after_jump != FALSE;
    made.time = {static_cast<Nanoseconds>(row->start), static_cast<Nanoseconds>(row->end)};
    for (guint i = 0; i < row->regions; ++i)
        made.regions.push_back(from_c(row->region[i]));
    made.channels = row->channels;
    made.features = {held, row->features};
    made.stride = row->channels;
    made.heat = from_c(row->heat);
    made.frames = from_c(row->frames);
    made.unseen = row->unseen;
    made.persons = persons_seen_from(*row);
    return made;
}

} // namespace fovea
