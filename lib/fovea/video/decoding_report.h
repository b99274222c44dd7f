// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "fovea/core/time.h"

namespace fovea {

/** \brief What became of a file that was decoded to its end */
struct DecodingReport {
    std::uint64_t frames = 0;       ///< decoded, and converted to a format that is read
    std::uint64_t unread = 0;       ///< decoded, but no element could convert them
    Nanoseconds shown = 0;          ///< how long they last, jumps of their stamps left out
    Nanoseconds reached = 0;        ///< how far the file goes, in its own time, pictures or sound
    std::uint64_t gaps = 0;         ///< steps from frame to frame that are none, but jumps ahead
    Nanoseconds in_gaps = 0;        ///< how long those are in all
    std::set<std::string> warnings; ///< of those who decoded it, each once
    std::string error;              ///< of those who read it, in its midst; empty: none
};

/** \brief Why a report has no frame, in words of an error */
std::string nothing_decoded(const DecodingReport &report);

/** \throw Error Settings with nothing_decoded() where it has none */
void check_decoded(const DecodingReport &report);

/**
 * \brief What is to be told of a file: its warnings, that it ends before it says it does, gaps, and frames
 * that could not be read; each goes on behind the file's name
 * \param stated duration; 0: not stated
 */
std::vector<std::string> notes_of(const DecodingReport &report, Nanoseconds stated);

} // namespace fovea
