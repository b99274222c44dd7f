// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "fovea/core/result.h"
#include "meta/foveameta.h"
#include "meta/seen.h"

namespace fovea {

/** \brief The metadata's event as the library's; the model's name stays behind */
AlarmEvent alarm_from(const FoveaAlarm &alarm);

/** \brief (transfer full) The library's event as the metadata's \param model name of the bundle */
FoveaAlarm *to_c(const AlarmEvent &alarm, const std::string &model);

/** \brief The events met lately, see Seen */
using SeenAlarms = Seen<FoveaAlarm, fovea_alarm_ref, fovea_alarm_unref>;

} // namespace fovea
