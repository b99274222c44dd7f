// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace fovea {

/**
 * \brief Whether so many more threads can be had now: they are started and end
 *
 * Asked before GStreamer and decoders take theirs: where one cannot be started they wait for ever, crash, or say
 * that a decoder is missing.
 * \return empty: they can; else what is short, and the remedy
 */
std::string thread_shortage(int count);

/**
 * \brief As thread_shortage(), beside what others claim, a hundred at most: pipelines start theirs one by one
 * \param whose what it claimed before is forgotten. What it gets it claims for five seconds, or until release_threads()
 */
std::string claim_threads(const void *whose, int count);

/** \brief They are started, or not wanted any more */
void release_threads(const void *whose);

/** \brief So many threads read and decode one video, with what each core gets of FFmpeg's */
int decoding_threads();

} // namespace fovea
