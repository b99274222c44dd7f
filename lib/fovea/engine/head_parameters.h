// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fovea/engine/plain_head.h"

namespace fovea {

constexpr std::int64_t any_size = -1;

/** \brief A tensor of \a parameters by its name \throw Error Settings where it is missing, or of other sizes than \a shape (any_size: any) */
SharedArray checked_tensor(const HeadParameters &parameters, const std::string &name,
                           const std::vector<std::int64_t> &shape);

} // namespace fovea
