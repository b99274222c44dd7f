// SPDX-License-Identifier: MIT
#include "fovea/video/stream_duration.h"

#include <algorithm>

namespace fovea {

void StreamDuration::see(std::optional<Nanoseconds> time, std::optional<Nanoseconds> duration)
{
    ++frames_;
    if (!time || *time < 0 || *time > longest_time)
        return;
    const FrameClock::Step step = clock_.step(*time);
    if (step == FrameClock::Step::Jump) {
        if (const Nanoseconds gap = *time - clock_.latest(); gap > 0) {
            ++gaps_;
            in_gaps_ = std::min(in_gaps_ + gap, longest_time);
        }
        clock_.restart();
    } else if (step == FrameClock::Step::Ahead) {
        steps_ += *time - clock_.latest();
        standing_ += *time == clock_.latest() ? 1 : 0;
    }
    clock_.see(*time);
    last_ = std::clamp<Nanoseconds>(duration.value_or(0), 0, FrameClock::longest_step);
}

Nanoseconds StreamDuration::time() const
{
    if (frames_ < 2 || last_ > 0)
        return steps_ + last_;
    return steps_ + steps_ / static_cast<Nanoseconds>(frames_ - 1);
}

} // namespace fovea
