// SPDX-License-Identifier: MIT
#include "fovea/train/adaptation/adaptation_source.h"

#include "fovea/bundle/card_rules.h"
#include "fovea/bundle/open_model.h"
#include "fovea/core/names.h"
#include "fovea/store/events/event_store.h"
#include "fovea/store/events/window_store.h"

namespace fovea {

Error nothing_kept(const AdaptationSettings &settings)
{
    const std::string names = joined(cameras_with_windows(settings.events));
    return {Error::Kind::Settings, "events '" + settings.events.string() + "': camera '" +
                                       settings.camera +
                                       "' has nothing to learn from, windows are kept of: " +
                                       (names.empty() ? "none; let fovea watch run" : names)};
}

WatchedCamera known_camera(const AdaptationSettings &settings)
{
    const auto watched = watched_camera(settings.events, settings.camera);
    if (!watched)
        throw nothing_kept(settings);
    return *watched;
}

Bundle checked_base(const AdaptationSettings &settings, const WatchedCamera &watched)
{
    Bundle base = Bundle::open(settings.model.empty() ? watched.model : settings.model);
    expect_kind(base, Bundle::Kind::Activity);
    const auto refuse = [&](const std::string &what) {
        throw Error(Error::Kind::Settings, "model '" + base.name() + "': " + what);
    };
    if (base.features_sha256() != watched.weights)
        refuse("camera '" + settings.camera +
               "' was watched with other weights; watch with this model first, or give --model");
    const ActivityCard &card = base.activity();
    if (card.focus.is_late() || card.decision.many_labels)
        refuse("expected one network with one label a window");
    if (decision_rule(base).normal < 0)
        refuse("expected a class that is no event; train it with --normal CLASS, or name it by "
               "decision.normal of its card");
    return base;
}

std::map<std::int64_t, KeptAlarm> alarms_of(const std::vector<KeptWindow> &windows)
{
    std::map<std::int64_t, KeptAlarm> alarms;
    for (const KeptWindow &window : windows) {
        if (window.alarm == 0)
            continue;
        KeptAlarm &alarm = alarms[window.alarm];
        alarm.label = window.label;
        alarm.verdict = window.verdict;
        alarm.windows.push_back(&window);
    }
    return alarms;
}

std::int64_t alarms_in(const std::filesystem::path &events, const std::string &camera)
{
    AlarmQuery query;
    query.camera = camera;
    return EventReader(events).count(query);
}

} // namespace fovea
