// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace fovea {

/**
 * \brief A fixed share of any list: of \a count workers, that of number \a index
 *
 * An entry belongs to one share by its name alone (FNV-1a of 64 bits), so that workers on machines that share
 * nothing but the list agree, and shares stay the same when the list grows.
 */
struct Shard {
    int index = 0; ///< from 0, as Slurm's and Kubernetes' indexed jobs count
    int count = 1;

    bool holds(const std::string &name) const;

    bool is_part() const { return count > 1; } ///< others have the rest
};

/** \brief "0/4" to "3/4". \throw Error Settings for anything else */
Shard parse_shard(const std::string &text);

/**
 * \brief Where a file lies, by folders without links. A link to a file is a video of its own, as git-annex lays them
 * \return empty: it is of a web server, or its folder cannot be read
 */
std::filesystem::path real_place(const std::filesystem::path &file);

/**
 * \brief What a file is called when shares are made: its path from \a root where it lies below, else as it is
 *
 * So machines may keep a list and its videos in other places. Nothing is asked of the disk: links may differ from
 * machine to machine. One of a web server is called as it is.
 * \param root empty: none
 */
std::string name_below(const std::filesystem::path &root, const std::filesystem::path &file);

/**
 * \brief The path of a file from \a root, by their names or by folders without links
 * \return empty: it does not lie below
 */
std::filesystem::path place_below(const std::filesystem::path &root,
                                  const std::filesystem::path &file);

/** \brief FNV-1a of 64 bits as 16 hexadecimal digits: a name for what may be long, odd or secret */
std::string fnv1a_text(const std::string &text);

} // namespace fovea
