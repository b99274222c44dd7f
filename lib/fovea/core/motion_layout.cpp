// SPDX-License-Identifier: MIT
#include "fovea/core/motion_layout.h"

#include <string>

#include "fovea/core/errors.h"

namespace fovea {

MotionLayout MotionLayout::of_frames(int frames)
{
    if (frames < 2)
        throw Error(Error::Kind::Settings,
                    "persons: their motion is of clips of 2 frames or more, got " +
                        std::to_string(frames) + "; use a model that looks at several frames");
    return {frames - 1};
}

MotionLayout MotionLayout::of_channels(std::int64_t channels)
{
    const MotionLayout none{0};
    const std::int64_t a_step = MotionLayout{1}.channels() - none.channels();
    const MotionLayout layout{static_cast<int>((channels - none.channels()) / a_step)};
    if (layout.steps < 1 || layout.channels() != channels)
        throw Error(Error::Kind::Settings, "persons: expected " + std::to_string(none.channels()) +
                                               " channels and " + std::to_string(a_step) +
                                               " for each frame but the first, got " +
                                               std::to_string(channels) +
                                               "; rows of another version, or of no persons: "
                                               "extract them anew with --attended persons");
    return layout;
}

} // namespace fovea
