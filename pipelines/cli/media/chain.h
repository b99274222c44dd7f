// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace fovea {

/** \brief One element of a pipeline: its factory and its properties as text */
struct Stage {
    std::string factory;
    std::vector<std::pair<std::string, std::string>> properties;
};

/** \brief Elements linked one after the other */
using Chain = std::vector<Stage>;

/** \brief The chain as words of a gst-launch-1.0 line that a shell passes on unharmed */
std::string to_launch_line(const Chain &chain);

} // namespace fovea
