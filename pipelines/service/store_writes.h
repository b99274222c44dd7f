// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace fovea {

/** \brief Writes to the database of a watch: one that fails, as on a full disk, ends no watching */
class StoreWrites
{
public:
    /**
     * \brief Does one; where it cannot, that is counted, and told once in ten minutes
     *
     * Behind one that took long to fail, as where another process holds the database, none is tried for ten seconds.
     * \return whether it was done
     */
    bool attempt(const std::function<void()> &write);

    /** \brief As attempt(), of what was counted as failed when it happened */
    bool attempt_again(const std::function<void()> &write);

    /** \brief The next one is tried at once */
    void resume() { rests_until_ = {}; }

    /** \brief What waited is in the database: told once behind each time that this was told to fail */
    void tell_kept();

    std::uint64_t failed() const { return failed_; } ///< since the start

    const std::string &reason() const { return reason_; } ///< why the last that failed did

private:
    std::uint64_t failed_ = 0;
    bool is_told_ = false; ///< that what happens is not kept
    std::string reason_;
    std::chrono::steady_clock::time_point quiet_until_;
    std::chrono::steady_clock::time_point rests_until_;
};

} // namespace fovea
