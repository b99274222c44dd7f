// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <deque>
#include <string>

#include "fovea/core/result.h"
#include "meta/foveameta.h"

namespace fovea {

/** \brief The metadata's activity as the library's; the model's name stays behind */
Activity activity_from(const FoveaActivity &activity);

/** \brief (transfer full) The library's activity as the metadata's \param model name of the bundle */
FoveaActivity *to_c(const Activity &activity, const std::string &model);

/**
 * \brief The activities met lately: a buffer that was duplicated brings its activities again
 *
 * Holds a reference to each, so that an address is not taken by another one in the meantime.
 */
class SeenActivities
{
public:
    SeenActivities() = default;

    ~SeenActivities() { clear(); }

    SeenActivities(const SeenActivities &) = delete;
    SeenActivities &operator=(const SeenActivities &) = delete;

    /** \brief False when \a activity was here among the last `kept` */
    bool add(FoveaActivity *activity);
    void clear();

private:
    static constexpr std::size_t kept = 64; ///< many times what one buffer carries

    std::deque<FoveaActivity *> activities_;
};

} // namespace fovea
