// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/train/adaptation/adaptation.h"

namespace fovea {

/** \brief `fovea adapt`: a camera's own head, with the figures on the terminal \return exit code \throw as adapt() */
int run_adaptation(AdaptationSettings settings);

} // namespace fovea
