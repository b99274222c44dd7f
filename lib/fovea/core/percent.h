// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace fovea {

/** \brief A share in [0, 1] for a label or a tag: "87 %" */
std::string whole_percent(float share);

/** \brief A share in [0, 1] for a table of figures, without the sign: "86.9" */
std::string percent_figure(double share);

} // namespace fovea
