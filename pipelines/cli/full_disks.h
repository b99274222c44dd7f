// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <mutex>
#include <set>
#include <string>
#include <sys/types.h>

namespace fovea {

/** \brief Whether work failed for want of room, by the error's own words: elements tell it as a text, too */
bool is_of_full_disk(const std::string &cause);

/** \brief The disks that a run found full: what goes there would fail as well. Safe for threads */
class FullDisks
{
public:
    /** \param output of work that found its disk full; it need not be there */
    void add(const std::filesystem::path &output);

    /** \brief Whether \a output goes to one of them */
    bool holds(const std::filesystem::path &output) const;

private:
    mutable std::mutex mutex_; ///< guards what follows
    std::set<dev_t> disks_;
};

} // namespace fovea
