// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "fovea/store/work/shard.h"
#include "fovea/store/work/work_state.h"

namespace fovea {

/** \brief What this run does of the files, beside others that run the same command on the same files */
struct BatchShare {
    Shard shard;                  ///< of the files, by name_below() root
    std::filesystem::path root;   ///< of the list that names them; empty: none
    std::filesystem::path claims; ///< folder in which runs say what they have in hand; empty: alone
    bool retries_failed = false;  ///< also what the claims call failed
    /** A run without a sign of life for so long is dead */
    int lease_s = static_cast<int>(default_lease.count());
};

/** \brief Whether a file is of the shard */
bool is_of(const BatchShare &share, const std::filesystem::path &file);

/** \brief Each file of the share once, in the order given */
std::vector<std::filesystem::path> files_of(const BatchShare &share,
                                            const std::vector<std::filesystem::path> &files);

/**
 * \brief What a file is called in the claims: its path from their folder, one of a web server as it is
 *
 * So a run in another folder, or on a machine that sees both in another place, means the same file.
 */
std::string work_of(const BatchShare &share, const std::filesystem::path &file);

/**
 * \brief Makes a folder in which the results of several videos lie
 *
 * Who makes it later takes it away while nothing is in it, and another is about to write there.
 */
void make_shared_folder(const std::filesystem::path &folder);

/** \brief So the folder of all results, where other runs may write there too */
void make_folder_of_all(const BatchShare &share, const std::filesystem::path &out);

/**
 * \brief Tells what the claims say of the files: a line for each that runs, is left or failed, and the counts
 *
 * Nothing is written.
 * \return the exit code: 0 when all are done, else 1 \throw Error as ClaimsReader
 */
int tell_status(const std::vector<std::filesystem::path> &files, const BatchShare &share);

} // namespace fovea
