#pragma once

#include <string>

#include "fovea/bundle/bundle.h"
#include "media/plan.h"

namespace fovea {

/**
 * \brief The activity model of the settings, its weights checked
 * \throw Error as Bundle::open and Bundle::file, Settings when it is a detector
 */
Bundle open_activity_model(const std::string &name);

/**
 * \brief Hashes the files, and those of a model it attends to: tells a damaged one before the first
 * video. \throw as Bundle::file
 */
void check_weights(const Bundle &bundle);

/**
 * \brief Settles which detector runs: the one asked for, else the card's if its weights are there,
 * else hog
 * \param note one line for the user when it had to be hog; else empty
 * \throw Error as Bundle::open and Bundle::file, Settings when what was asked for is no detector
 */
std::string choose_detector(const std::string &asked, const ActivityCard &card, std::string *note);

/** \brief Threads of each of \a jobs runs at once: \a asked, or the machine's cores shared out */
int threads_of_each(int asked, int jobs);

} // namespace fovea
