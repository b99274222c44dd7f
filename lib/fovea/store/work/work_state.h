// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

namespace fovea {

/** \brief What is known of one piece of work: a video of a list */
struct WorkState {
    enum class Kind {
        Waiting, ///< nobody has it
        Running, ///< its worker gave a sign of life within the lease
        Left,    ///< its worker gave none: it is dead, or cut off
        Done,
        Failed
    };
    Kind kind = Kind::Waiting;
    int claims = 0; ///< made so far; the last one counts
    std::string host;
    int process = 0;
    std::string since; ///< UTC, when it was claimed
    std::string cause; ///< of Failed
};

constexpr const char *claim_ending = ".json";
constexpr std::chrono::seconds default_lease(60); ///< without a sign of life: left

/** \brief The file of the claim of that number, from 0, on a piece of work: its name is a hash of the work's */
std::filesystem::path claim_file(const std::filesystem::path &folder, const std::string &work,
                                 int number);

/** \brief What is written into a claim */
std::string claim_text(const std::string &work, const WorkState &state);

/**
 * \brief The last claim on a piece of work as it was written: Running, however long ago
 * \throw Error NotFound where a claim cannot be looked at; Settings with the file when it cannot be read
 */
WorkState last_claim(const std::filesystem::path &folder, const std::string &work);

} // namespace fovea
