// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>

#include "fovea/core/time.h"

namespace fovea {

/** \brief Writes to the database of a watch: one that fails, as on a full disk, ends no watching */
class StoreWrites
{
public:
    /** \brief Does one; where it cannot, that is counted, and told once in ten minutes */
    void attempt(const std::function<void()> &write);

    std::uint64_t failed() const { return failed_; } ///< since the start

private:
    std::uint64_t failed_ = 0;
    Nanoseconds quiet_until_ = 0; ///< ns since 1970
};

} // namespace fovea
