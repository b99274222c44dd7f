// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "fovea/core/seldom_told.h"

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

    /** \brief As attempt(), of what happens at the cameras: it is told as not kept, until tell_kept() */
    bool attempt_event(const std::function<void()> &write);

    /** \brief As attempt_event(), of what was counted as failed when it happened */
    bool attempt_again(const std::function<void()> &write);

    /** \brief Whether none is tried now */
    bool rests() const { return std::chrono::steady_clock::now() < rests_until_; }

    /** \brief The next one is tried at once */
    void resume() { rests_until_ = {}; }

    /** \brief What happened is in the database: told once behind each time that this was told to fail */
    void tell_kept();

    std::uint64_t failed() const { return failed_; } ///< since the start

    const std::string &reason() const { return reason_; } ///< why the last that failed did

private:
    using Time = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::minutes told_every{10};

    bool is_done(const std::function<void()> &write);
    bool tell(const char *what, SeldomTold *told) const;

    std::uint64_t failed_ = 0;
    bool is_told_ = false; ///< that what happens is not kept
    std::string reason_;
    SeldomTold told_{told_every};
    SeldomTold events_told_{told_every};
    Time rests_until_;
};

} // namespace fovea
