// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "fovea/core/result.h"

namespace fovea::test {

inline Result full_result()
{
    Result result;
    result.timestamp = 600'000'000;
    result.resolution = {640, 480};
    result.source = "a.mp4";
    result.model = "watch";
    result.persons = {{{0.25F, 0.5F, 0.125F, 0.25F}, 0.87F, 3, true},
                      {{0, 0, 0.5F, 0.5F}, 0.5F, -1, false}};
    result.has_activity = true;
    Activity &activity = result.activity;
    activity.label = {"fight", 1, 0.9F};
    activity.time = {0, 2'133'333'333};
    activity.top_k = {{"fight", 1, 0.9F}, {"normal", 0, 0.1F}};
    activity.regions = {{{RegionKind::Full, whole_frame}, 0.25F},
                        {{RegionKind::Actor, {0.25F, 0.25F, 0.5F, 0.5F}}, 0.75F}};
    activity.salience = {{{0, 500'000'000}, 0.2F}, {{500'000'000, 1'000'000'000}, 1.0F}};
    return result;
}

inline Result activity_of(Activity::Scope scope, const std::string &label, float confidence,
                          Nanoseconds start, Nanoseconds end)
{
    Result result;
    result.has_activity = true;
    result.activity.scope = scope;
    result.activity.label = {label, 1, confidence};
    result.activity.time = {start, end};
    return result;
}

inline Result alarm_of(AlarmEvent::Kind kind)
{
    Result result;
    result.resolution = {640, 480};
    result.alarm = AlarmEvent{kind,
                              7,
                              {"fight", 1, 0.93F},
                              {1'500'000'000, 4'000'000'000},
                              2'250'000'000,
                              {0.25F, 0.5F, 0.5F, 0.25F},
                              {3, 9}};
    return result;
}

} // namespace fovea::test
