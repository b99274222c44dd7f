// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/core/array.h"

namespace fovea {

/** \brief The cosine of both as two vectors. \throw Error Settings when the shapes differ */
double cosine_of(const Array &a, const Array &b);

} // namespace fovea
