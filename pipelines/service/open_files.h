// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "service/watch_config.h"

namespace fovea {

/** \brief Lets the process have as many files open as its cameras and receivers can use. \return so many */
std::uint64_t set_most_files(const WatchConfig &config);

/** \brief One line where cameras take more open files than may be, with the remedy; empty: there are enough */
std::string short_of_files(const WatchConfig &config, std::uint64_t most);

} // namespace fovea
