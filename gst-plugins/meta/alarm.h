// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "fovea/core/result.h"
#include "meta/duplicate_filter.h"
#include "meta/foveameta.h"

namespace fovea {

/** \brief The metadata's event as the library's; the model's name stays behind */
AlarmEvent alarm_from(const FoveaAlarm &alarm);

/** \brief (transfer full) The library's event as the metadata's \param model name of the bundle */
FoveaAlarm *to_c(const AlarmEvent &alarm, const std::string &model);

/** \brief The events met lately, see DuplicateFilter */
using SeenAlarms = DuplicateFilter<FoveaAlarm, fovea_alarm_ref, fovea_alarm_unref>;

} // namespace fovea
