// SPDX-License-Identifier: MIT
#include "fovea/bundle/card_alarms.h"

#include "fovea/core/formatted.h"

namespace fovea {

namespace {

// models/schema/card.schema.json says the same
constexpr double smallest_alarm_score = 1e-9;

AlarmLimits read_limits(const CardReader &reader)
{
    reader.refuse_unknown({"on", "off", "min_duration", "cool_down"});
    AlarmLimits limits;
    limits.on = static_cast<float>(reader.number("on", smallest_alarm_score, 1, limits.on));
    if (reader.has("off"))
        limits.off = static_cast<float>(reader.number("off", 0, 1));
    if (limits.off > limits.on)
        throw reader.wrong("off", "at most on, " + six_places(limits.on));
    limits.min_duration =
        reader.number("min_duration", 0, AlarmLimits::longest, limits.min_duration);
    limits.cool_down = reader.number("cool_down", 0, AlarmLimits::longest, limits.cool_down);
    return limits;
}

} // namespace

CardAlarms read_alarms(const CardReader &decision)
{
    CardAlarms alarms;
    if (!decision.has("alarms"))
        return alarms;
    const Json &entry = decision.at("alarms");
    if (!entry.is_object() || entry.empty() || entry.contains(decision.text("normal", "")))
        throw decision.wrong("alarms", "an object with a label or more, none of them normal");
    const CardReader reader = decision.object("alarms");
    for (const auto &[label, limits] : entry.items())
        alarms[label] = read_limits(reader.object(label));
    return alarms;
}

Json alarms_entry(const CardAlarms &alarms)
{
    Json entry = Json::object();
    for (const auto &[label, limits] : alarms)
        entry[label] = {{"on", limits.on},
                        {"off", limits.off_score()},
                        {"min_duration", limits.min_duration},
                        {"cool_down", limits.cool_down}};
    return entry;
}

} // namespace fovea
