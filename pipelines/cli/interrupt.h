// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/core/interrupted.h"

namespace fovea {

constexpr int interrupted_exit_code = 130; // as shells report SIGINT

/** \brief The first SIGINT or SIGTERM only sets a flag from now on; the second ends the process */
void catch_interrupts();

/** \brief Of what nothing is left behind and nobody asks whether it goes on: from now on the first ends the process, too */
void leave_interrupts();

/** \brief What is said to one of the processes forked from here on, or to this one, all of them take as said \return false: no memory */
bool share_interrupts();

bool interrupted();

} // namespace fovea
