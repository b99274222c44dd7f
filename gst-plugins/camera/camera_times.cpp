// SPDX-License-Identifier: MIT
#include "camera/camera_times.h"

#include <algorithm>

namespace fovea {

void CameraTimes::connect(Nanoseconds offset)
{
    offset_ = offset;
    first_ = true;
}

CameraTimes::Placed CameraTimes::place(std::optional<Nanoseconds> running, Nanoseconds now)
{
    const bool is_stamped = running && *running >= -longest_running && *running <= longest_running;
    Placed placed{is_stamped ? *running + offset_ : now, first_};
    const bool is_far = placed.time > now + most_ahead || placed.time < now - most_behind ||
                        placed.time < last_ - most_back;
    if (is_stamped && is_far) {
        offset_ = now - *running;
        placed = {now, true};
    }
    first_ = false;
    placed.time = std::max(placed.time, last_ + 1);
    placed.step = placed.jump ? usual_step : placed.time - last_;
    last_ = placed.time;
    return placed;
}

} // namespace fovea
