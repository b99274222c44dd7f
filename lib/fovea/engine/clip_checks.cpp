// SPDX-License-Identifier: MIT
#include "fovea/engine/clip_checks.h"

#include <string>

#include "fovea/core/errors.h"

namespace fovea {

void check_clips(const Array &clips)
{
    std::string got;
    std::int64_t values = 1;
    for (const std::int64_t size : clips.shape) {
        got += (got.empty() ? "[" : ", ") + std::to_string(size);
        values *= size;
    }
    got += "]";
    if (clips.shape.size() != 5 || clips.shape[0] < 1 || clips.shape[1] != 3)
        throw Error(Error::Kind::Settings, "clips: expected [N, 3, T, H, W], got " + got);
    if (static_cast<std::int64_t>(clips.values.size()) != values)
        throw Error(Error::Kind::Settings, "clips: shape " + got + ", but " +
                                               std::to_string(clips.values.size()) + " values");
}

std::int64_t checked_batch_size(int batch_size)
{
    if (batch_size < 0)
        throw Error(Error::Kind::Settings, "batch-size is " + std::to_string(batch_size) +
                                               ", expected 0 (a choice) or more");
    return batch_size;
}

} // namespace fovea
