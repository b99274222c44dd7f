// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/store/database.h"

namespace fovea {

/** \brief Tables of the event store. A released step never changes: a new one is added behind it */
const DatabaseSchema &event_schema();

} // namespace fovea
