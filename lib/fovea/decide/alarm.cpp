// SPDX-License-Identifier: MIT
#include "fovea/decide/alarm.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "fovea/core/errors.h"
#include "fovea/core/formatted.h"

namespace fovea {

namespace {

constexpr float outside_zones = -1; ///< a score below every other

Nanoseconds middle(TimeSpan time)
{
    return time.start + (time.end - time.start) / 2;
}

Point standing(const Box &box)
{
    return {box.x + box.width / 2, box.y_max()};
}

bool holds_centre(const Box &outer, const Box &box)
{
    const Point centre = {box.x + box.width / 2, box.y + box.height / 2};
    return centre.x >= outer.x && centre.x <= outer.x_max() && centre.y >= outer.y &&
           centre.y <= outer.y_max();
}

void check(const std::string &label, const AlarmLimits &limits)
{
    const auto wrong = [&](const std::string &what, const std::string &expected, double got) {
        return Error(Error::Kind::Settings, "alarm of '" + label + "': " + what + " is " +
                                                six_places(got) + ", expected " + expected);
    };
    if (!(limits.on > 0 && limits.on <= 1))
        throw wrong("on", "a score above 0, to 1", limits.on);
    if (!(limits.off_score() <= limits.on))
        throw wrong("off", "at most on, " + six_places(limits.on), limits.off);
    if (!(limits.min_duration >= 0))
        throw wrong("min_duration", "0 s or more", limits.min_duration);
    if (!(limits.cool_down >= 0))
        throw wrong("cool_down", "0 s or more", limits.cool_down);
}

Box evidence_box(const std::vector<WeightedRegion> &regions)
{
    const WeightedRegion *best = nullptr;
    for (const WeightedRegion &one : regions) {
        if (one.region.kind != RegionKind::Full && (best == nullptr || one.weight > best->weight))
            best = &one;
    }
    return best == nullptr ? whole_frame : best->region.box;
}

} // namespace

AlarmWindow alarm_window(const ScoredWindow &window)
{
    AlarmWindow made;
    made.time = window.time();
    made.scores = window.output.scores;
    const std::vector<float> &weights = window.output.time_weights;
    const auto best = std::max_element(weights.begin(), weights.end()) - weights.begin();
    made.best = middle(window.times.at(weights.empty() ? 0 : static_cast<std::size_t>(best)));
    std::vector<WeightedRegion> regions;
    for (std::size_t r = 0; r < window.regions.size(); ++r)
        regions.push_back({window.regions[r], r < window.output.region_weights.size()
                                                  ? window.output.region_weights[r]
                                                  : 0});
    made.box = evidence_box(regions);
    return made;
}

AlarmWindow alarm_window(const Activity &window, std::size_t classes,
                         const std::vector<Person> &persons)
{
    AlarmWindow made;
    made.time = window.time;
    made.scores.resize(classes);
    const auto count = [&](const ScoredLabel &scored) {
        if (scored.label_id >= 0 && static_cast<std::size_t>(scored.label_id) < classes)
            made.scores[static_cast<std::size_t>(scored.label_id)] = scored.confidence;
    };
    if (!window.frames.mostly_corrupt()) { // else not judged
        count(window.label);
        std::for_each(window.top_k.begin(), window.top_k.end(), count);
    }
    const auto weightiest =
        std::max_element(window.salience.begin(), window.salience.end(),
                         [](const Salience &a, const Salience &b) { return a.weight < b.weight; });
    made.best = middle(weightiest == window.salience.end() ? window.time : weightiest->time);
    made.box = evidence_box(window.regions);
    std::copy_if(persons.begin(), persons.end(), std::back_inserter(made.persons),
                 [&](const Person &person) { return holds_centre(made.box, person.box); });
    return made;
}

Alarms::Alarms(std::vector<std::string> labels, AlarmRule rule)
    : labels_(std::move(labels)), states_(labels_.size())
{
    update(std::move(rule));
}

void Alarms::update(AlarmRule rule)
{
    if (rule.limits.size() > labels_.size())
        throw Error(Error::Kind::Settings,
                    "alarms: limits of " + std::to_string(rule.limits.size()) +
                        " classes, expected those of " + std::to_string(labels_.size()));
    rule.limits.resize(labels_.size());
    for (std::size_t i = 0; i < labels_.size(); ++i) {
        if (rule.limits[i])
            check(labels_[i], *rule.limits[i]);
    }
    rule_ = std::move(rule);
}

std::vector<AlarmEvent> Alarms::add(const AlarmWindow &window)
{
    if (window.scores.size() != labels_.size())
        throw Error(Error::Kind::Settings,
                    "alarms: a window has " + std::to_string(window.scores.size()) +
                        " scores, expected " + std::to_string(labels_.size()) +
                        ", one for each label");
    std::vector<AlarmEvent> told;
    const bool back = last_ && window.time.start < last_->start;
    const bool gap = last_ && window.time.start - last_->end > to_nanoseconds(rule_.longest_gap);
    if (window.after_jump || back || gap)
        told = jump();
    if (back) {
        for (State &state : states_)
            state.quiet_until.reset();
    }
    last_ = window.time;
    const bool in_zones = counts(window);
    for (std::size_t i = 0; i < labels_.size(); ++i) {
        if (rule_.limits[i])
            step(i, window, in_zones ? window.scores[i] : outside_zones, &told);
        else
            end(i, &told); // its limits went with an update
    }
    return told;
}

bool Alarms::counts(const AlarmWindow &window) const
{
    if (rule_.zones.empty())
        return true;
    if (window.persons.empty())
        return rule_.zones.hold(standing(window.box));
    return std::any_of(window.persons.begin(), window.persons.end(), [&](const Person &person) {
        return rule_.zones.hold(standing(person.box));
    });
}

/** \brief Of its persons that stand in the zones */
std::vector<int> Alarms::ids_of(const AlarmWindow &window) const
{
    std::vector<int> ids;
    for (const Person &person : window.persons) {
        if (person.id >= 0 && rule_.zones.hold(standing(person.box)))
            ids.push_back(person.id);
    }
    return ids;
}

/** \brief The window is the strongest so far */
void Alarms::take(State *state, const AlarmWindow &window, float score) const
{
    state->alarm->label.confidence = score;
    state->alarm->best = window.best;
    state->alarm->box = window.box;
    state->alarm->persons = ids_of(window);
}

void Alarms::step(std::size_t label, const AlarmWindow &window, float score,
                  std::vector<AlarmEvent> *told)
{
    const AlarmLimits &limits = *rule_.limits[label];
    State &state = states_[label];
    if (state.begun && score < limits.off_score()) {
        end(label, told);
        return;
    }
    const bool quiet = state.quiet_until && window.time.start < *state.quiet_until;
    if (!state.begun && (score < limits.on || quiet)) {
        state.alarm.reset();
        return;
    }
    const bool is_first = !state.alarm;
    if (is_first) {
        state.alarm.emplace();
        state.alarm->label = {labels_[label], static_cast<int>(label), 0};
        state.alarm->time = window.time;
    }
    const bool is_stronger = is_first || score > state.alarm->label.confidence;
    if (is_stronger)
        take(&state, window, score);
    TimeSpan &time = state.alarm->time;
    time.end = std::max(time.end, window.time.end);

    if (!state.begun && time.end - time.start >= to_nanoseconds(limits.min_duration)) {
        state.begun = true;
        state.alarm->id = ++count_;
        state.alarm->kind = AlarmEvent::Kind::Begin;
        told->push_back(*state.alarm);
    } else if (state.begun && is_stronger) {
        state.alarm->kind = AlarmEvent::Kind::Update;
        told->push_back(*state.alarm);
    }
}

void Alarms::end(std::size_t label, std::vector<AlarmEvent> *told)
{
    State &state = states_[label];
    if (state.begun) {
        state.alarm->kind = AlarmEvent::Kind::End;
        told->push_back(*state.alarm);
        const double cool_down = rule_.limits[label] ? rule_.limits[label]->cool_down : 0;
        state.quiet_until = state.alarm->time.end + to_nanoseconds(cool_down);
    }
    state.alarm.reset();
    state.begun = false;
}

std::vector<AlarmEvent> Alarms::jump()
{
    std::vector<AlarmEvent> told;
    for (std::size_t i = 0; i < labels_.size(); ++i)
        end(i, &told);
    return told;
}

void Alarms::reset()
{
    states_.assign(labels_.size(), {});
    last_.reset();
    count_ = 0;
}

} // namespace fovea
