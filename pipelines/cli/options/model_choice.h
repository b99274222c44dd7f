#pragma once

#include <string>

#include "fovea/bundle/open_model.h"
#include "media/plan.h"

namespace fovea {

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
