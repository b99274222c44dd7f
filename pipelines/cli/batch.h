// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "fovea/store/shard.h"
#include "media/download.h"
#include "progress.h"

namespace fovea {

/** \brief What became of one file */
struct Outcome {
    bool skipped = false;
    std::string line; ///< to tell the user
};

/** \brief The file in hand, seen by the work on it */
class Task
{
public:
    Task(std::filesystem::path file, std::size_t index, double weight, Progress &progress)
        : file_(std::move(file)), index_(index), weight_(weight), progress_(progress)
    {
    }

    const std::filesystem::path &file() const { return file_; }

    /** \brief Progress of one of several passes over the file: shares \a from to \a to of the task */
    std::function<void(double)> pass(double from, double to) const
    {
        return [this, from, to](double share) {
            progress_.set(index_, weight_, from + share * (to - from));
        };
    }

    /** \brief A warning about this file, on a line of its own */
    void warn(const std::string &text) const;

private:
    std::filesystem::path file_;
    std::size_t index_;
    double weight_;
    Progress &progress_;
};

constexpr int default_patience_s = 300;

/** \brief How a task's video is downloaded: what fails and is tried again is told as a warning */
DownloadOptions download_options(const Task &task, int patience_s);

/** \brief What this run does of the files, beside others that run the same command on the same files */
struct BatchShare {
    Shard shard;                  ///< of the files, by name_below() root
    std::filesystem::path root;   ///< of the list that names them; empty: none
    std::filesystem::path claims; ///< folder in which runs say what they have in hand; empty: alone
    bool retries_failed = false;  ///< also what the claims call failed
    int lease_s = 60;             ///< a run without a sign of life for so long is dead
};

/** \brief Whether a file is of the shard */
bool is_of(const BatchShare &share, const std::filesystem::path &file);

struct BatchOptions {
    std::string done_word; ///< "labelled": for the summary
    int jobs = 1;          ///< files at once
    BatchShare share;
    /** Where a file's result goes: two files with the same place are refused, not mixed up */
    std::function<std::filesystem::path(const std::filesystem::path &)> output;
    /** Called for a file on which a run crashed, and which is not tried again: what that left may go */
    std::function<void(const std::filesystem::path &)> remove_left = [](const auto &) {};
};

/** \brief Threads of each of \a jobs runs at once: \a asked, or the machine's cores shared out */
int threads_of_each(int asked, int jobs);

/**
 * \brief Does \a work on every file; one that fails does not stop the others
 *
 * Tells a line for each and a summary at the end. Files that other runs have in hand are waited for, and done
 * here where their run died.
 * \return the exit code: 0, 1 when any failed, 130 when interrupted
 */
int run_batch(const std::vector<std::filesystem::path> &files, const BatchOptions &options,
              const std::function<Outcome(const Task &)> &work);

/**
 * \brief Tells what the claims say of the files: a line for each that runs, is left or failed, and the counts
 *
 * Nothing is written.
 * \return the exit code: 0 when all are done, else 1 \throw Error as ClaimsReader
 */
int tell_status(const std::vector<std::filesystem::path> &files, const BatchShare &share);

} // namespace fovea
