// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "fovea/core/array.h"

namespace fovea {

namespace nn {
class Backbone;
}

/** \throw Error Settings (expected and got) unless \a clips are [N, 3, T, H, W] */
void check_clips(const Array &clips);

/** \brief Likewise, and that \a backbone takes */
void check_clips(const nn::Backbone &backbone, const Array &clips);

/** \brief What a head is given \throw Error Settings unless \a rows are [R, T', \a channels] */
void check_rows(const Array &rows, std::int64_t channels);

/** \throw Error Settings when it is < 0 */
std::int64_t checked_batch_size(int batch_size);

} // namespace fovea
