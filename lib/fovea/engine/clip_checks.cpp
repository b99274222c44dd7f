// SPDX-License-Identifier: MIT
#include "fovea/engine/clip_checks.h"

#include <functional>
#include <numeric>
#include <string>

#include "fovea/core/errors.h"

namespace fovea {

namespace {

void check_count(const std::string &what, const Array &array)
{
    const auto stated = std::accumulate(array.shape.begin(), array.shape.end(), std::int64_t{1},
                                        std::multiplies<>());
    if (static_cast<std::int64_t>(array.values.size()) != stated)
        throw Error(Error::Kind::Settings, what + ": shape " + sizes_text(array.shape) + ", but " +
                                               std::to_string(array.values.size()) + " values");
}

} // namespace

void check_clips(const Array &clips)
{
    if (clips.shape.size() != 5 || clips.shape[0] < 1 || clips.shape[1] != 3)
        throw Error(Error::Kind::Settings,
                    "clips: expected [N, 3, T, H, W], got " + sizes_text(clips.shape));
    check_count("clips", clips);
}

void check_rows(const Array &rows, std::int64_t channels)
{
    if (rows.shape.size() != 3 || rows.shape[0] < 1 || rows.shape[1] < 1 ||
        rows.shape[2] != channels)
        throw Error(Error::Kind::Settings, "rows: the head expects [R, T', " +
                                               std::to_string(channels) + "], got " +
                                               sizes_text(rows.shape));
    check_count("rows", rows);
}

std::int64_t checked_batch_size(int batch_size)
{
    if (batch_size < 0)
        throw Error(Error::Kind::Settings, "batch-size is " + std::to_string(batch_size) +
                                               ", expected 0 (a choice) or more");
    return batch_size;
}

} // namespace fovea
