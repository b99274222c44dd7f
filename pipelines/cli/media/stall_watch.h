// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace fovea {

/**
 * \brief Tells a pipeline that waits for what will not come from one that takes long
 *
 * It stands still where in many looks in a row, one a second, no buffer moved, the process used next to no processor time and did not
 * wait for any, and none of its threads waited for a disk or a server of files. Looks are counted and no clock is asked, so that a process
 * that was stopped, or a machine that slept, does not stand still. Other work of the process is taken for its own:
 * where several videos are in hand, it stands still with the last.
 */
class StallWatch
{
public:
    static constexpr int patience_s = 60; ///< servers of files that fail over are back by then
    static constexpr double idle_share = 1.0 / 30; ///< of a core

    struct Signs {
        std::uint64_t moved = 0; ///< buffers until now
        double processor_s =
            0; ///< of the process until now, and of waits for it where others are ahead
        bool waits_for_disk = false;
    };

    explicit StallWatch(int patience = patience_s) : patience_(patience) {}

    /** \return whether it stands still */
    bool look(const Signs &signs);

    /** \brief The signs of this process, where \a moved buffers did */
    static Signs signs(std::uint64_t moved);

private:
    int patience_;
    int looks_ = 0; ///< since
    Signs since_;
};

} // namespace fovea
