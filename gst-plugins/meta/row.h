// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/decide/feature_row.h"
#include "meta/foveameta.h"

namespace fovea {

/** \brief The metadata's row as the library's; it holds a reference to \a row, whose features it shows */
FeatureRow row_from(FoveaRow *row);

} // namespace fovea
