// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <string>

namespace fovea {

/**
 * \brief Whether so many more threads can be had: they are started and end
 *
 * Asked before GStreamer and decoders take theirs: where one cannot be started they wait for ever, crash, or say
 * that a decoder is missing.
 * \param coming_up for so long those that are to be had count as taken, a hundred at most, for whoever asks:
 * they are started one by one
 * \return empty: they can; else what is short, and the remedy
 */
std::string thread_shortage(int count, std::chrono::seconds coming_up = std::chrono::seconds(0));

/** \brief So many threads read and decode one video, with what each core gets of FFmpeg's */
int decoding_threads();

} // namespace fovea
