// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "batch_share.h"
#include "media/download.h"
#include "progress.h"

namespace fovea {

/** \brief The file in hand, seen by the work on it */
class Task
{
public:
    Task(std::filesystem::path file, std::size_t index, double weight, Progress &progress)
        : file_(std::move(file)), index_(index), weight_(weight), progress_(progress)
    {
    }

    const std::filesystem::path &file() const { return file_; }

    /** \brief Progress of one of several passes over the file, which begins: shares \a from to \a to of the task */
    std::function<void(double)> pass(double from, double to) const
    {
        progress_.set(index_, weight_, from);
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

struct BatchOptions {
    std::string done_word; ///< "labelled": for the summary
    int jobs = 1;          ///< files at once
    BatchShare share;
    /** Where a file's result goes: two files with the same place are refused, not mixed up */
    std::function<std::filesystem::path(const std::filesystem::path &)> output;
    /** The line of a file whose result is there already; empty: it is to be made */
    std::function<std::string(const std::filesystem::path &)> made_before = [](const auto &) {
        return std::string();
    };
    /** Called for a file on which a run crashed, and which is not tried again: what that left may go */
    std::function<void(const std::filesystem::path &)> remove_left = [](const auto &) {};
    /** Where two files have the same place */
    std::string remedy = "give them other names, or another --out each";
};

/** \brief Threads of each of \a jobs runs at once: \a asked, or the machine's cores shared out */
int threads_of_each(int asked, int jobs);

/**
 * \brief Does \a work on every file; one that fails does not stop the others
 *
 * Tells a line for each, that of \a work, and a summary at the end. What goes to a disk that was full is left. Files that other runs have in hand are waited
 * for, and done here where their run died.
 * \return the exit code: 0, 1 when any failed or was left, 130 when interrupted
 */
int run_batch(const std::vector<std::filesystem::path> &files, const BatchOptions &options,
              const std::function<std::string(const Task &)> &work);

} // namespace fovea
