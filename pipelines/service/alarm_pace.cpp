// SPDX-License-Identifier: MIT
#include "service/alarm_pace.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "fovea/bundle/bundle.h"
#include "fovea/bundle/sha256.h"
#include "fovea/core/errors.h"
#include "fovea/core/formatted.h"
#include "fovea/decide/alarm_rate.h"
#include "fovea/store/work/shard.h"
#include "service/camera_chains.h"
#include "service/event_log.h"

namespace fovea {

namespace {

constexpr double seconds_an_hour = 3600;
constexpr double least_hours = 24; ///< days and nights differ
constexpr double most_hours = 30 * 24;
constexpr double well_known_from = 100; ///< alarms wished for: their rate is known to a tenth

Nanoseconds memory(double alarms_per_hour)
{
    const double hours = std::clamp(well_known_from / alarms_per_hour, least_hours, most_hours);
    return static_cast<Nanoseconds>(hours * seconds_an_hour) * nanoseconds_per_second;
}

/* What ends within the cool-down behind another raises no alarm beside it. At a higher `on` it may be fewer still */
std::vector<QuietScore> alarms_of(const std::vector<AlarmPeak> &peaks, const std::string &label,
                                  const AlarmLimits &limits)
{
    const auto cool_down = static_cast<Nanoseconds>(limits.cool_down * nanoseconds_per_second);
    std::vector<QuietScore> alarms;
    Nanoseconds quiet_until = 0;
    for (const AlarmPeak &peak : peaks) {
        if (peak.label != label)
            continue;
        if (!alarms.empty() && peak.utc.end < quiet_until) {
            alarms.back().score = std::max(alarms.back().score, peak.score);
        } else {
            alarms.push_back({peak.score, 1});
            quiet_until = peak.utc.end + cool_down;
        }
    }
    return alarms;
}

} // namespace

std::optional<AlarmWish> alarm_wish(const WatchConfig &watch, const CameraConfig &camera,
                                    const std::string &head)
{
    if (!camera.alarms.alarms_per_hour)
        return std::nullopt;
    AlarmWish wish = {*camera.alarms.alarms_per_hour, alarm_limits(camera, head), ""};
    for (const std::string &part :
         {sha256_of(Bundle::open(head).card_file()), watch.detector, watch.pose,
          std::to_string(watch.fps), camera.zones, limits_text(wish.limits)})
        wish.setting += part + "\n";
    wish.setting += fnv1a_text(camera.uri); // it may hold secrets
    return wish;
}

AlarmPace::~AlarmPace()
{
    try {
        flush();
    } catch (const Error &) { // a disk that is full: what was counted last is lost
    }
}

void AlarmPace::begin(const std::string &camera, std::optional<AlarmWish> wish)
{
    cameras_.erase(camera);
    if (!wish)
        return;
    Camera &known = cameras_[camera];
    known.limits = wish->limits;
    known.wish = std::move(*wish);
}

void AlarmPace::make_known(const std::string &camera, Camera *known)
{
    if (known->is_in_store)
        return;
    store_.begin(camera, known->wish.setting);
    known->is_in_store = true;
}

void AlarmPace::window(const std::string &camera, const WindowNews &news)
{
    const auto known = cameras_.find(camera);
    if (known == cameras_.end())
        return;
    known->second.seconds += known->second.watched.add(news.time);
    known->second.last_utc = news.time.end + news.utc_offset;
}

void AlarmPace::peak(const std::string &camera, const AlarmNews &news)
{
    const auto known = cameras_.find(camera);
    if (known == cameras_.end())
        return;
    make_known(camera, &known->second);
    const TimeSpan time = news.alarm.time;
    store_.add(camera, {news.alarm.label.label,
                        {time.start + news.utc_offset, time.end + news.utc_offset},
                        news.alarm.label.confidence});
}

void AlarmPace::flush()
{
    for (auto &[name, camera] : cameras_) {
        if (camera.seconds <= 0)
            continue;
        make_known(name, &camera);
        store_.add_time(name, camera.last_utc, camera.seconds);
        camera.seconds = 0;
    }
}

CardAlarms AlarmPace::wanted(const std::string &name, const AlarmWish &wish, double hours)
{
    const std::vector<AlarmPeak> peaks = store_.quiet_peaks(name);
    std::vector<QuietClass> classes;
    for (const auto &[label, limits] : wish.limits)
        classes.push_back({alarms_of(peaks, label, limits),
                           std::max(limits.on, store_.lowest_of_full(name, label).value_or(0))});
    const std::vector<float> thresholds = thresholds_for(classes, wish.alarms_per_hour * hours);
    CardAlarms wanted = wish.limits;
    std::size_t next = 0;
    for (auto &[label, limits] : wanted) {
        limits.off = limits.off_score(); // where the stretch ends: one stretch is one alarm at most
        limits.on = thresholds[next++];
    }
    return wanted;
}

std::optional<CardAlarms> AlarmPace::look(const std::string &camera, std::optional<Nanoseconds> now)
{
    const auto found = cameras_.find(camera);
    if (found == cameras_.end())
        return std::nullopt;
    flush();
    Camera &known = found->second;
    make_known(camera, &known);
    if (now)
        store_.keep_between(camera, *now - memory(known.wish.alarms_per_hour), *now);
    const double hours = store_.seconds(camera) / seconds_an_hour;
    CardAlarms limits = wanted(camera, known.wish, hours);
    std::string changes;
    for (const auto &[label, one] : limits) {
        const float before = known.limits.at(label).on;
        if (one.on != before)
            changes += formatted("%s from %.4g to %.4g, ", label.c_str(),
                                 static_cast<double>(before), static_cast<double>(one.on));
    }
    if (changes.empty())
        return std::nullopt;
    log_line(camera + ": " + changes +
             formatted("for at most %g alarms an hour in %.1f hours of quiet time",
                       known.wish.alarms_per_hour, hours));
    known.limits = limits;
    return limits;
}

} // namespace fovea
