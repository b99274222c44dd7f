// SPDX-License-Identifier: MIT
#include "service/window_keeper.h"

#include <algorithm>

#include "fovea/core/formatted.h"
#include "service/event_log.h"

namespace fovea {

namespace {

/* A window and its alarm come within as much time; memory is bounded */
constexpr Nanoseconds waits = 2 * near_alarm;

KeptWindow kept(const WindowNews &news, std::int64_t alarm)
{
    KeptWindow window;
    window.alarm = alarm;
    window.utc = news.time.start + news.utc_offset;
    window.score = news.score;
    window.rows = *news.rows;
    return window;
}

} // namespace

void WindowKeeper::begin(const std::string &camera, const std::string &model,
                         const std::string &weights)
{
    Camera &known = cameras_[camera] = {};
    known.model = model;
    known.weights = weights;
}

void WindowKeeper::make_known(const std::string &camera, Camera *known)
{
    if (known->is_in_store)
        return;
    const auto forgotten = store_->begin(camera, known->model, known->weights);
    known->is_in_store = true;
    if (forgotten.windows > 0)
        log_line(camera + ": forgets " + std::to_string(forgotten.windows) +
                 " windows that were kept with other weights ('" + forgotten.model +
                 "') than those of '" + known->model + "', to which they mean nothing");
}

void WindowKeeper::take(const std::string &camera, const WindowNews &window)
{
    Camera &known = cameras_.at(camera);
    make_known(camera, &known);
    if (known.watched.begins_anew(window.time)) {
        known.waiting.clear();
        known.last_alarm_end.reset();
    }
    store_->add_time(camera, known.watched.add(window.time));
    known.waiting.push_back({window, {}, false});
    if (known.last_alarm_end && window.time.start < *known.last_alarm_end + near_alarm)
        known.waiting.back().is_near = true;
    settle(camera, &known);
}

void WindowKeeper::settle(const std::string &camera, Camera *known)
{
    auto &waiting = known->waiting;
    while (!waiting.empty() && waiting.front().window.time.end < known->watched.reached() - waits) {
        const Waiting one = std::move(waiting.front());
        waiting.pop_front(); // also where the store has no room for it
        if (!one.is_near)
            store_->add_quiet(camera, kept(one.window, 0));
    }
}

void WindowKeeper::mark_near(const std::string &camera, TimeSpan time)
{
    Camera &known = cameras_.at(camera);
    known.last_alarm_end = std::max(known.last_alarm_end.value_or(time.end), time.end);
    for (Waiting &one : known.waiting) {
        const TimeSpan span = one.window.time;
        one.is_near = one.is_near ||
                      (span.end > time.start - near_alarm && span.start < time.end + near_alarm);
    }
}

void WindowKeeper::alarm(const std::string &camera, std::int64_t id, TimeSpan time)
{
    Camera &known = cameras_.at(camera);
    make_known(camera, &known);
    for (Waiting &one : known.waiting) {
        const TimeSpan span = one.window.time;
        const bool is_kept = std::count(one.alarms.begin(), one.alarms.end(), id) > 0;
        if (is_kept || span.start < time.start || span.end > time.end)
            continue;
        one.alarms.push_back(id);
        store_->add_of_alarm(camera, kept(one.window, id));
    }
}

void tell_left_behind(const WatchConfig &config)
{
    const std::int64_t days = config.recording.days;
    for (const std::string &camera : cameras_with_windows(config.folder / "events.db"))
        if (!config.has_camera(camera))
            log_line("camera '" + camera +
                     "' is not in the configuration: what was kept to learn from it " +
                     (days > 0 ? "goes " + counted(static_cast<std::size_t>(days), "day") +
                                     " behind its last"
                               : "stays (days = 0)") +
                     "; under another name it begins anew, without alarms, verdicts and head");
}

} // namespace fovea
