// SPDX-License-Identifier: MIT
#include "service/open_alarms.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "fovea/core/formatted.h"
#include "fovea/core/utc.h"
#include "fovea/store/atomic_file.h"
#include "service/evidence/evidence_file.h"

namespace fovea {

namespace {

constexpr std::chrono::minutes tidy_for_room_every(1); // it walks over all evidence
/* Alarms, the page and the watchdog wait as long */
constexpr std::chrono::milliseconds tidy_at_most(500);
constexpr Nanoseconds kept_every =
    10 * nanoseconds_per_second;           // of one that goes on: a kill leaves it so
constexpr std::size_t recent_windows = 64; ///< of a camera: an alarm comes behind its windows

} // namespace

OpenAlarms::OpenAlarms(const WatchConfig *config, EventLog *log, SettledClock *clock, Find find)
    : config_(config),
      log_(log),
      clock_(clock),
      find_(std::move(find)),
      retention_(&log->store(), evidence_folder())
{
}

std::filesystem::path OpenAlarms::evidence_folder() const
{
    // its paths are kept, and read by who stands elsewhere: a report, the next start
    return std::filesystem::absolute(config_->folder) / "evidence";
}

void OpenAlarms::tidy()
{
    tidied_ = std::chrono::steady_clock::now();
    retention_.look(config_->recording, clock_->now());
    go_on_tidying();
}

void OpenAlarms::go_on_tidying()
{
    if (retention_.has_files())
        retention_.remove_files(tidy_at_most); // whoever holds the database
    else if (!retention_.is_done() && !log_->writes().rests())
        log_->writes().attempt([this] { forget(); });
    if (retention_.has_files())
        return;
    if (const std::size_t gone = retention_.take_gone_for_room(); gone > 0)
        log_line("the disk has little room: " + std::to_string(gone) +
                 " files of the oldest evidence went");
}

void OpenAlarms::forget()
{
    std::vector<std::string> cameras; // by now: one may have come back since the look
    for (const CameraConfig &camera : config_->cameras)
        cameras.push_back(camera.name);
    retention_.go_on_in_store(tidy_at_most, cameras);
    if (const std::int64_t ahead = retention_.take_ahead(); ahead > 0)
        log_line(counted(static_cast<std::size_t>(ahead), "alarm") +
                 " with a time that is yet to come, of a clock that was ahead: kept for " +
                 counted(static_cast<std::size_t>(config_->recording.days), "day") +
                 " from here on");
}

bool OpenAlarms::has_room() const
{
    std::error_code error;
    const auto space = std::filesystem::space(config_->folder, error);
    return error || space.available > least_free_bytes;
}

/* \return whether there is room */
bool OpenAlarms::makes_room()
{
    if (has_room())
        return true;
    if (tidied_ && std::chrono::steady_clock::now() - *tidied_ < tidy_for_room_every)
        return false;
    tidy();
    return has_room();
}

OpenAlarms::OpenAlarm OpenAlarms::begun(const std::string &camera, AlarmNews news)
{
    OpenAlarm open;
    open.camera = camera;
    open.number = std::exchange(news.alarm.id, ++alarms_);
    open.last = news;
    open.course = AlarmCourse(news.alarm.label.label);
    for (const WindowNews &window : recent_[camera])
        if (window.time.start >= news.alarm.time.start)
            open.course.add(window.time, window.scores, window.regions);
    open.kept_end = news.alarm.time.end;
    open.id = log_->begin(camera, news);
    CameraWatch *watch = find_(camera);
    if (!makes_room()) {
        log_line(camera + ": less than 500 MB are free, no clip is kept");
    } else if (watch != nullptr && config_->recording.enabled) {
        open.file = evidence_file(evidence_folder(), camera,
                                  news.alarm.time.start + news.utc_offset, news.alarm.label.label);
        open.clip = watch->begin_clip(news.alarm.time.start, open.file);
    }
    return open;
}

/* While its best moment is among the last pictures */
void OpenAlarms::take_still(OpenAlarm *alarm) const
{
    const CameraWatch *watch = find_(alarm->camera);
    const Nanoseconds best = alarm->last.alarm.best;
    if (watch == nullptr || alarm->file.empty() || best == alarm->still_time)
        return;
    alarm->still = watch->picture_near(best);
    alarm->still_time = best;
}

/* The picture of its best moment so far, and the line that receivers got last */
void OpenAlarms::keep_still(OpenAlarm *alarm)
{
    const auto keep = [&](const char *extension, const std::string &bytes) {
        const std::filesystem::path file = alarm->file.string() + extension;
        write_whole(file, bytes);
        if (alarm->kept.insert(extension).second)
            log_->evidence(alarm->id, file.string());
    };
    try {
        std::filesystem::create_directories(alarm->file.parent_path());
        if (!alarm->still.empty())
            keep(".jpg", {alarm->still.begin(), alarm->still.end()});
        Json line = log_->line(alarm->id, alarm->camera, alarm->last);
        line["course"] = alarm->course.json();
        keep(".json", one_line(line) + "\n");
    } catch (const std::exception &error) {
        log_line(alarm->camera + ": a picture could not be kept: " + error.what());
    }
}

void OpenAlarms::take_window(const std::string &camera, const WindowNews &window)
{
    std::deque<WindowNews> &recent = recent_[camera];
    if (!recent.empty() && window.time.start < recent.back().time.start)
        recent.clear(); // the camera began anew
    recent.push_back(window);
    recent.back().rows.reset();
    if (recent.size() > recent_windows)
        recent.pop_front();
    for (OpenAlarm &open : open_) {
        if (open.camera != camera || open.is_over)
            continue;
        open.course.add(window.time, window.scores, window.regions);
        Nanoseconds &end = open.last.alarm.time.end;
        end = std::max(end, window.time.end); // where the camera ends, nobody tells it
        if (end - open.kept_end < kept_every)
            continue;
        open.kept_end = end;
        log_->keep(open.id, camera, open.last);
    }
}

std::optional<std::int64_t> OpenAlarms::take(const std::string &camera, const AlarmNews &news)
{
    auto known = std::find_if(open_.begin(), open_.end(), [&](const OpenAlarm &one) {
        return one.camera == camera && !one.is_over && one.number == news.alarm.id;
    });
    if (known != open_.end()) {
        const AlarmNews begun = std::exchange(known->last, news);
        known->last.alarm.id = begun.alarm.id;
        known->last.utc_offset =
            begun.utc_offset; // a clock that is set would end it before its begin
        known->kept_end = known->last.alarm.time.end;
        log_->change(known->id, camera, known->last);
    } else if (news.alarm.kind == AlarmEvent::Kind::Begin) {
        open_.push_back(begun(camera, news));
        known = open_.end() - 1;
    } else {
        return std::nullopt;
    }
    const std::int64_t id = log_->stored_id(known->id);
    take_still(&*known);
    if (!known->file.empty() && news.alarm.kind != AlarmEvent::Kind::Update)
        keep_still(&*known);
    if (news.alarm.kind != AlarmEvent::Kind::End)
        return id;
    known->is_over = true;
    CameraWatch *watch = find_(camera);
    if (known->clip == 0)
        open_.erase(known);
    else if (watch != nullptr)
        watch->end_clip(known->clip, news.alarm.time.end);
    return id;
}

void OpenAlarms::end(const std::string &camera)
{
    std::vector<AlarmNews> open;
    for (const OpenAlarm &one : open_)
        if (one.camera == camera && !one.is_over) {
            open.push_back(one.last);
            open.back().alarm.id = one.number;
            open.back().alarm.kind = AlarmEvent::Kind::End;
        }
    for (const AlarmNews &news : open)
        take(camera, news);
}

void OpenAlarms::take_clip(const std::string &camera, const ClipNews &news)
{
    if (news.file.empty())
        log_line(camera + ": a clip could not be kept: " + news.text);
    for (auto at = open_.begin(); at != open_.end();) {
        const bool is_of_it = at->camera == camera && at->clip == news.clip;
        if (is_of_it && !news.file.empty())
            log_->evidence(at->id, news.file);
        if (is_of_it && at->is_over) {
            at = open_.erase(at);
            continue;
        }
        if (is_of_it)
            at->clip = 0; // it goes on without one
        ++at;
    }
}

} // namespace fovea
