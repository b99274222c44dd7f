// SPDX-License-Identifier: MIT
#include "fovea/bundle/card_rules.h"

#include <algorithm>

#include "fovea/core/errors.h"
#include "fovea/core/names.h"
#include "fovea/decide/sliding_windows.h"

namespace fovea {

DecisionRule decision_rule(const Bundle &bundle)
{
    const CardDecision &decision = bundle.activity().decision;
    DecisionRule rule;
    rule.normal = place_of(decision.normal, bundle.labels());
    rule.threshold = decision.threshold;
    rule.many_labels = decision.many_labels;
    rule.pooling = decision.pooling;
    return rule;
}

namespace {

/** \brief The class that an entry of the card's decision is of */
std::size_t class_of(const Bundle &bundle, const std::string &entry, const std::string &label)
{
    const int place = place_of(label, bundle.labels());
    if (place < 0)
        throw Error(Error::Kind::Settings, "model '" + bundle.name() + "': its card has decision." +
                                               entry + " for '" + label + "', expected one of " +
                                               joined(bundle.labels()));
    return static_cast<std::size_t>(place);
}

} // namespace

std::optional<AlarmRule> alarm_rule(const Bundle &bundle)
{
    const CardAlarms &alarms = bundle.activity().decision.alarms;
    if (alarms.empty())
        return std::nullopt;
    AlarmRule rule;
    rule.limits.resize(bundle.labels().size());
    for (const auto &[label, limits] : alarms)
        rule.limits[class_of(bundle, "alarms", label)] = limits;
    return rule;
}

AlarmRule alarm_rule(const Bundle &bundle, const AlarmLimits &otherwise)
{
    if (const auto rule = alarm_rule(bundle))
        return *rule;
    AlarmRule rule;
    rule.limits.assign(bundle.labels().size(), otherwise);
    if (const int normal = decision_rule(bundle).normal; normal >= 0)
        rule.limits[static_cast<std::size_t>(normal)].reset();
    return rule;
}

namespace {

PersonsNeeds persons_needs_of(const Bundle &bundle)
{
    const CardDecision &decision = bundle.activity().decision;
    PersonsNeeds needs;
    needs.classes.resize(bundle.labels().size());
    for (const auto &[label, need] : decision.needs)
        needs.classes[class_of(bundle, "needs", label)] = need;
    needs.normal = decision_rule(bundle).normal;
    needs.least_person = decision.least_person;
    return needs;
}

} // namespace

WindowSettings window_settings(const Bundle &bundle)
{
    const CardDecision &decision = bundle.activity().decision;
    WindowSettings settings;
    settings.window = static_cast<std::size_t>(decision.window);
    settings.hop = static_cast<std::size_t>(std::max(1, decision.hop));
    settings.top_k = static_cast<std::size_t>(decision.top_k);
    settings.rule = decision_rule(bundle);
    settings.needs = persons_needs_of(bundle);
    settings.alarms = alarm_rule(bundle);
    return settings;
}

SegmentRule segment_rule(const Bundle &bundle)
{
    SegmentRule rule = bundle.activity().segments;
    const int background = place_of(background_label, bundle.labels());
    rule.background = background < 0 ? decision_rule(bundle).normal : background;
    const ActivityCard &card = bundle.activity();
    rule.many_labels = card.decision.many_labels;
    rule.of_frames = card.sampling.plan == Sampling::Windows;
    if (rule.of_frames)
        rule.lengths = window_lengths;
    if (rule.rows < 1)
        rule.rows = card.sampling.plan == Sampling::Sliding ? std::max(1, card.decision.hop) : 1;
    return rule;
}

} // namespace fovea
