// SPDX-License-Identifier: MIT
#include "overlay/results_scene.h"

#include <algorithm>
#include <cstdlib>

#include "fovea/salience/moments.h"

namespace fovea {

namespace {

Box between(const Box &a, const Box &b, float share)
{
    const auto mix = [share](float from, float to) { return from + share * (to - from); };
    return {mix(a.x, b.x), mix(a.y, b.y), mix(a.width, b.width), mix(a.height, b.height)};
}

} // namespace

ResultsScene::ResultsScene(const std::vector<Result> &results, std::string normal,
                           double highlight_quantile)
    : normal_(std::move(normal)), quantile_(highlight_quantile)
{
    for (const Result &result : results) {
        if (!result.persons.empty())
            persons_.push_back({result.timestamp, result.persons});
        if (result.alarm && result.alarm->kind == AlarmEvent::Kind::End)
            alarms_.push_back(*result.alarm);
        if (result.has_activity && result.activity.scope == Activity::Scope::Video)
            video_ = result.activity;
        else if (result.has_activity && result.activity.scope == Activity::Scope::Window)
            windows_.push_back({result.activity.time, result.activity});
        end_ = std::max(end_, result.timestamp);
    }
    std::stable_sort(persons_.begin(), persons_.end(),
                     [](const PersonsAt &a, const PersonsAt &b) { return a.time < b.time; });
    std::stable_sort(windows_.begin(), windows_.end(), [](const Window &a, const Window &b) {
        return centre_of(a.time) < centre_of(b.time);
    });

    std::vector<Moment> moments;
    std::vector<Band> bands;
    for (const auto &[time, activity] : windows_) {
        if (!video_ || video_->salience.empty())
            moments.push_back({time, activity_event_score(activity, normal_)});
        if (const int tone = scene_label(activity, normal_).tone; tone != neutral_tone)
            bands.push_back({time, tone});
    }
    if (video_) {
        for (const Salience &salience : video_->salience)
            moments.push_back({salience.time, salience.weight});
        const int tone = scene_label(*video_, normal_).tone;
        if (windows_.empty() && tone != neutral_tone)
            bands.push_back({video_->time, tone});
        end_ = std::max(end_, video_->time.end);
    }
    auto timeline = std::make_shared<Timeline>(std::move(moments), std::move(bands));
    end_ = std::max(end_, timeline->end());
    timeline_ = std::move(timeline);
}

void ResultsScene::set_duration(Nanoseconds duration)
{
    end_ = std::max(end_, duration);
}

Scene ResultsScene::at(Nanoseconds time) const
{
    Scene scene;
    scene.now = time;
    scene.persons = persons_at(time);
    if (const Window *window = nearest_holding(windows_, time)) {
        show_evidence(window->activity, &scene);
        scene.label = scene_label(window->activity, normal_);
    } else if (windows_.empty() && video_) {
        show_evidence(*video_, &scene);
    }
    if (video_)
        scene.video = scene_label(*video_, normal_);

    for (const AlarmEvent &alarm : alarms_) {
        if (alarm.time.start <= time && time < alarm.time.end)
            scene.alarms.push_back(scene_alarm(alarm));
    }
    scene.highlight_tone = timeline_->tone_at(time);
    scene.highlight =
        scene.highlight_tone != neutral_tone && timeline_->salient_at(time, quantile_);
    scene.timeline = timeline_;
    scene.timeline_span = {0, end_};
    return scene;
}

/* The nearest line's persons; one who is in the lines before and after moves evenly between. */
std::vector<Person> ResultsScene::persons_at(Nanoseconds time) const
{
    const auto after =
        std::lower_bound(persons_.begin(), persons_.end(), time,
                         [](const PersonsAt &entry, Nanoseconds t) { return entry.time < t; });
    const PersonsAt *next = after != persons_.end() ? &*after : nullptr;
    const PersonsAt *previous = after != persons_.begin() ? &*(after - 1) : nullptr;

    const PersonsAt *nearest = next;
    if (next == nullptr || (previous != nullptr && time - previous->time < next->time - time))
        nearest = previous;
    if (nearest == nullptr || std::abs(nearest->time - time) > longest_hold)
        return {};

    std::vector<Person> persons = nearest->persons;
    if (previous == nullptr || next == nullptr || next->time - previous->time > longest_hold)
        return persons;
    const auto share = static_cast<float>(static_cast<double>(time - previous->time) /
                                          static_cast<double>(next->time - previous->time));
    const auto same = [](const std::vector<Person> &all, int id) {
        return std::find_if(all.begin(), all.end(), [id](const Person &p) { return p.id == id; });
    };
    for (Person &person : persons) {
        const auto from = same(previous->persons, person.id);
        const auto to = same(next->persons, person.id);
        if (person.id >= 0 && from != previous->persons.end() && to != next->persons.end())
            person.box = between(from->box, to->box, share);
    }
    return persons;
}

} // namespace fovea
