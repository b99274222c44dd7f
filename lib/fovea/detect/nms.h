// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "fovea/core/person.h"

namespace fovea {

/** \brief Greedy non-maximum suppression: best score first, boxes with IoU > \a threshold go */
std::vector<Person> suppress_overlaps(std::vector<Person> persons, float threshold);

} // namespace fovea
