// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "fovea/bundle/bundle.h"
#include "fovea/bundle/card_alarms.h"
#include "fovea/decide/alarm.h"

namespace fovea {

/** \brief What a property or a configuration says over a card's alarms; what is not said is as the card says */
struct AlarmOverrides {
    std::optional<float> on; ///< of every class that alarms; its `off` is then a share of this
    std::optional<float> off;
    std::optional<double> min_duration; ///< s
    std::optional<double> cool_down;    ///< s
    CardAlarms limits;                  ///< of labels, in place of all these
};

/**
 * \brief Which classes raise alarms, and when
 *
 * Where the card says nothing, each class but the normal one does, or only those of `limits` where there are some.
 * \throw Error Settings when a label is none of the model's
 */
AlarmRule alarm_rule(const Bundle &bundle, const AlarmOverrides &overrides);

/** \brief The limits of \a rule by the names of the model's labels */
CardAlarms limits_by_label(const Bundle &bundle, const AlarmRule &rule);

/** \brief Limits of labels in the form of a card's `decision.alarms`; empty: none. \throw Error Settings naming \a where */
CardAlarms limits_from(const std::string &text, const std::string &where);

} // namespace fovea
