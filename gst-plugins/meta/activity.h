// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "fovea/core/result.h"
#include "meta/duplicate_filter.h"
#include "meta/foveameta.h"

namespace fovea {

Activity::Scope scope_from(FoveaScope scope);

/** \brief The metadata's activity as the library's; the model's name stays behind */
Activity activity_from(const FoveaActivity &activity);

/** \brief (transfer full) The library's activity as the metadata's \param model name of the bundle */
FoveaActivity *to_c(const Activity &activity, const std::string &model);

/** \brief The activities met lately, see DuplicateFilter */
using SeenActivities = DuplicateFilter<FoveaActivity, fovea_activity_ref, fovea_activity_unref>;

} // namespace fovea
