// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "options/shared_options.h"

namespace fovea {

/** \brief What adds a word of the command with its options, see shared_options.h */
using AddWord = void (*)(CLI::App &app, Command *asked);

/** \brief Reads the command line with those words, does what was asked and leaves: the main() of a program */
[[noreturn]] void run_command_line(int argc, char **argv, const std::vector<AddWord> &words);

} // namespace fovea
