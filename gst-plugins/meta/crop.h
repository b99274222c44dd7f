// SPDX-License-Identifier: MIT
#pragma once

#include "fovea/core/geometry.h"
#include "meta/foveameta.h"

namespace fovea {

/**
 * \brief Express the metadata relative to a part of the frame that becomes the whole
 *
 * Persons, actor and regions are clipped to \a part; those outside it go. Rows and activities stay
 * as they are: they were made from the frame before. \a part must not be empty.
 */
void crop_meta(FoveaMeta *meta, const Box &part);

} // namespace fovea
