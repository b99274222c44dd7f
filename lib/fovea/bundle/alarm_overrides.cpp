// SPDX-License-Identifier: MIT
#include "fovea/bundle/alarm_overrides.h"

#include "fovea/bundle/card_rules.h"
#include "fovea/core/errors.h"
#include "fovea/core/json.h"
#include "fovea/core/names.h"

namespace fovea {

AlarmRule alarm_rule(const Bundle &bundle, const AlarmOverrides &overrides)
{
    AlarmRule rule = alarm_rule(bundle, AlarmLimits());
    if (!overrides.on && !overrides.limits.empty() && !alarm_rule(bundle))
        rule.limits.assign(bundle.labels().size(), std::nullopt);
    for (auto &limits : rule.limits) {
        if (!limits)
            continue;
        if (overrides.on) {
            limits->on = *overrides.on;
            limits->off = -1; // that of another score
        }
        limits->off = overrides.off.value_or(limits->off);
        limits->min_duration = overrides.min_duration.value_or(limits->min_duration);
        limits->cool_down = overrides.cool_down.value_or(limits->cool_down);
    }
    for (const auto &[label, limits] : overrides.limits) {
        const int place = place_of(label, bundle.labels());
        if (place < 0)
            throw Error(Error::Kind::Settings, "limits of '" + label + "', which model '" +
                                                   bundle.name() + "' does not know; expected " +
                                                   joined(bundle.labels()));
        rule.limits[static_cast<std::size_t>(place)] = limits;
    }
    return rule;
}

CardAlarms limits_by_label(const Bundle &bundle, const AlarmRule &rule)
{
    CardAlarms limits;
    for (std::size_t i = 0; i < rule.limits.size(); ++i)
        if (rule.limits[i])
            limits[bundle.labels()[i]] = *rule.limits[i];
    return limits;
}

CardAlarms limits_from(const std::string &text, const std::string &where)
{
    if (text.empty())
        return {};
    if (!Json::accept(text))
        throw Error(Error::Kind::Settings,
                    where + ": expected JSON as '{\"fight\": {\"on\": 0.9}}', got '" + text + "'");
    return read_alarms(CardReader({{"alarms", parse_json(text, where)}}, where));
}

} // namespace fovea
