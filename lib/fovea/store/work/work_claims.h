// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "fovea/store/work/work_state.h"

namespace fovea {

struct ClaimOptions {
    std::chrono::milliseconds lease = default_lease;
    bool failed_again = false; ///< what failed before is tried again
};

/**
 * \brief A folder in which any number of workers say what each has in hand, so that nothing is done twice
 *
 * On a file system that all workers see; no server, and no lock that a file system may lack. A claim is a
 * file that appears whole under its name or not at all (move_to_free_name()); the claims of one piece of work are
 * numbered, only their owners write them, and the last one counts, so that of those who take something over
 * one alone succeeds. A claim's time is renewed four times a lease; the clock that counts is the file
 * server's. Safe for threads, processes and hosts.
 */
class WorkClaims
{
public:
    /** \throw Error CannotWrite when the folder cannot be made or written */
    WorkClaims(std::filesystem::path folder, ClaimOptions options);
    ~WorkClaims();
    WorkClaims(const WorkClaims &) = delete;
    WorkClaims &operator=(const WorkClaims &) = delete;

    /**
     * \brief Takes a piece of work where nobody has it, its worker is dead, or it is done
     *
     * Done work may be taken, since only its outputs tell whether they are still there.
     * \param ended a process of this host that had the work and is known to have ended; 0: none
     * \return false: another has it, or it failed before
     * \throw Error CannotWrite
     */
    bool take(const std::string &work, int ended = 0);

    /** \brief Says how work that was taken ended. \throw Error CannotWrite */
    void done(const std::string &work);
    void failed(const std::string &work, const std::string &cause);

    /** \brief Work that was taken and not begun or not ended is free again */
    void release(const std::string &work);

    /** \brief By the file server's clock, for which a file is made for a moment \throw Error as last_claim() */
    WorkState state(const std::string &work) const;

private:
    std::filesystem::path written(const std::string &work, const WorkState &state) const;
    bool put(const std::string &work, const WorkState &state) const;
    void end(const std::string &work, WorkState::Kind kind, const std::string &cause);
    bool is_left(const std::filesystem::path &file) const;
    void renew_claims();

    std::filesystem::path folder_;
    ClaimOptions options_;
    mutable std::mutex mutex_;              ///< guards what follows
    std::map<std::string, WorkState> held_; ///< our claims by work
    bool stops_ = false;
    std::condition_variable stop_;
    std::thread heart_;
};

} // namespace fovea
