// SPDX-License-Identifier: MIT
#include "overlay/live_scene.h"

#include <algorithm>

#include "fovea/salience/moments.h"
#include "meta/alarm.h"
#include "meta/convert.h"

namespace fovea {

namespace {

/* A label stands at least this long after its window, so that a slow model's does not flicker. */
constexpr Nanoseconds shortest_stay = 5 * nanoseconds_per_second;

} // namespace

Scene LiveScene::at(Nanoseconds time, const FoveaMeta *meta)
{
    Scene scene;
    scene.now = time;
    scene.live = true;
    if (meta != nullptr) {
        take(*meta);
        scene.persons = persons_from(*meta);
        scene.actor = actor_from(*meta);
    }
    if (scene.actor && *scene.actor == whole_frame)
        scene.actor.reset();

    if (window_ && fresh(*window_, time)) {
        show_evidence(*window_, &scene);
        scene.label = scene_label(*window_, normal_);
        scene.highlight_tone = scene.label->tone;
        scene.highlight = scene.label->tone != neutral_tone &&
                          timeline_->is_salient(activity_event_score(*window_, normal_), quantile_);
    }
    if (video_)
        scene.video = scene_label(*video_, normal_);
    for (const auto &[model_and_class, alarm] : alarms_)
        scene.alarms.push_back(scene_alarm(alarm));
    scene.timeline = timeline_;
    scene.timeline_span = {time - shown, time};
    return scene;
}

void LiveScene::reset()
{
    seen_.clear();
    window_.reset();
    video_.reset();
    alarms_.clear();
    moments_.clear();
    bands_.clear();
    timeline_.reset();
}

void LiveScene::take(const FoveaMeta &meta)
{
    for (guint i = 0; i < meta.activities->len; ++i) {
        auto *activity = static_cast<FoveaActivity *>(g_ptr_array_index(meta.activities, i));
        if (seen_.add(activity))
            take(activity_from(*activity));
    }
    for (guint i = 0; i < meta.alarms->len; ++i)
        take(*static_cast<const FoveaAlarm *>(g_ptr_array_index(meta.alarms, i)));
}

void LiveScene::take(const FoveaAlarm &alarm)
{
    const std::pair<std::string, int> key = {alarm.model != nullptr ? alarm.model : "",
                                             alarm.label.label_id};
    if (alarm.event == FOVEA_ALARM_END)
        alarms_.erase(key);
    else
        alarms_[key] = alarm_from(alarm);
}

void LiveScene::take(const Activity &activity)
{
    if (activity.scope == Activity::Scope::Video) {
        video_ = activity;
        return;
    }
    if (activity.scope == Activity::Scope::Segment) // comes when it is long over
        return;
    window_ = activity;
    moments_.push_back({activity.time, activity_event_score(activity, normal_)});
    if (const int tone = scene_label(activity, normal_).tone; tone != neutral_tone)
        bands_.push_back({activity.time, tone});

    const Nanoseconds oldest = activity.time.end - 2 * shown; // windows come late
    while (!moments_.empty() && moments_.front().time.end < oldest)
        moments_.pop_front();
    while (!bands_.empty() && bands_.front().time.end < oldest)
        bands_.pop_front();
    timeline_ = std::make_shared<Timeline>(std::vector<Moment>(moments_.begin(), moments_.end()),
                                           std::vector<Band>(bands_.begin(), bands_.end()));
}

bool LiveScene::fresh(const Activity &activity, Nanoseconds time) const
{
    const Nanoseconds stay = std::max(shortest_stay, activity.time.end - activity.time.start);
    return time - activity.time.end <= stay;
}

} // namespace fovea
