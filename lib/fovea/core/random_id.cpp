// SPDX-License-Identifier: MIT
#include "fovea/core/random_id.h"

#include <random>

#include "fovea/core/formatted.h"

namespace fovea {

std::string random_id()
{
    std::random_device random;
    const unsigned high = random();
    const unsigned low = random();
    return formatted("%08x%08x", high, low);
}

} // namespace fovea
