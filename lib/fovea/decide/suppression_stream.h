// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "fovea/decide/time_interval.h"

namespace fovea {

/**
 * \brief suppressed() of temporal_nms.h for a stream: an interval is told once nothing to come can change it
 *
 * One that is found waits for what may still overlap it, and for stronger ones that wait themselves;
 * one that a stronger one covers goes at once. What is told is what suppressed() would keep of all.
 * Memory holds what waits, and what was told and may still cover others.
 */
class SuppressionStream
{
public:
    /** \param overlap as of suppressed() */
    explicit SuppressionStream(double overlap) : overlap_(overlap) {}

    void add(const FoundInterval &found);

    /**
     * \brief Nothing is added from now on that starts before \a time
     * \return what is settled by that, by its start
     */
    std::vector<FoundInterval> settle(double time);

    /** \brief Nothing is added any more \return the rest, by its start */
    std::vector<FoundInterval> finish();

private:
    struct Held {
        FoundInterval found;
        std::uint64_t number = 0; ///< in the order added: the earlier of equals is the stronger
        bool told = false;
    };

    static bool is_stronger(const Held &a, const Held &b);
    bool covers(const Held &a, const Held &b) const;

    double overlap_;
    std::uint64_t next_ = 0;
    std::vector<Held> held_;
};

} // namespace fovea
