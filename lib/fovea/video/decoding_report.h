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
    Nanoseconds last_stamp = 0;     ///< the latest, not counted from where the file begins
    std::uint64_t gaps = 0;         ///< steps from frame to frame that are none, but jumps ahead
    Nanoseconds in_gaps = 0;        ///< how long those are in all
    std::uint64_t standing = 0;     ///< at the time of the frame before
    std::set<std::string> warnings; ///< of those who decoded it, each once
};

/** \brief Why a report has no frame, in words of an error */
std::string nothing_decoded(const DecodingReport &report);

/** \throw Error Settings with nothing_decoded() where it has none */
void check_decoded(const DecodingReport &report);

/**
 * \brief What is to be told of a file: its warnings, that it ends before it says it does, gaps, times that stand
 * still, and frames that could not be read; each goes on behind the file's name
 * \param stated duration; 0: not stated. Of a part of a recording whose times go on from the parts before, as ffmpeg
 * -f segment writes them into Matroska, it may be where the part ends in the recording
 * \param ends_within_a_part as the function of the same name says
 */
std::vector<std::string> notes_of(const DecodingReport &report, Nanoseconds stated,
                                  bool ends_within_a_part = false);

} // namespace fovea
