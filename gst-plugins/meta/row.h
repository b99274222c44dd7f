// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/decide/feature_row.h"
#include "meta/foveameta.h"

namespace fovea {

/** \brief Of the clip that a row is from */
PersonsSeen persons_seen_from(const FoveaRow &row);

/** \brief The metadata's row as the library's; it holds a reference to \a row, whose features it shows */
FeatureRow row_from(FoveaRow *row);

} // namespace fovea
