// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>

#include "fovea/bundle/card_reader.h"
#include "fovea/decide/alarm.h"

namespace fovea {

/** \brief Of a card: which labels raise alarms, and when; empty: alarms are not settled */
using CardAlarms = std::map<std::string, AlarmLimits>;

/**
 * \brief The entry `alarms` of a card's decision: {LABEL: {"on", "off", "min_duration", "cool_down"}}
 * \throw Error Settings naming the entry, for its normal label too, which is no event
 */
CardAlarms read_alarms(const CardReader &decision);

/** \brief The entry as read_alarms() reads it */
Json alarms_entry(const CardAlarms &alarms);

} // namespace fovea
