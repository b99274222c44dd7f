// SPDX-License-Identifier: MIT
#include "service/watch_service.h"

#include <algorithm>
#include <csignal>
#include <random>
#include <system_error>
#include <utility>

#include <glib-unix.h>

#include "fovea/bundle/bundle.h"
#include "fovea/bundle/detector_choice.h"
#include "fovea/bundle/rules.h"
#include "fovea/core/errors.h"
#include "fovea/core/utc.h"
#include "fovea/store/atomic_file.h"
#include "service/evidence_files.h"
#include "service/metrics.h"
#include "service/page_json.h"
#include "service/service_manager.h"

namespace fovea {

namespace {

constexpr guint tidy_interval_s = 600;
constexpr std::uintmax_t least_free_bytes = 500'000'000; ///< below it no clip is begun
constexpr double bytes_a_gigabyte = 1e9;

std::vector<std::string> alarm_labels(const std::string &model)
{
    std::vector<std::string> labels;
    const Bundle bundle = Bundle::open(model);
    const auto rule = alarm_rule(bundle);
    for (std::size_t i = 0; i < bundle.labels().size(); ++i)
        if (!rule || rule->limits[i])
            labels.push_back(bundle.labels()[i]);
    return labels;
}

std::uint64_t any_seed()
{
    return std::random_device()();
}

} // namespace

WatchService::WatchService(WatchConfig config, std::filesystem::path file)
    : config_(std::move(config)),
      file_(std::move(file)),
      log_(config_, alarm_labels(config_.model)),
      reader_(config_.folder / "events.db"),
      windows_(config_.folder / "events.db", WindowStore::Limits(), any_seed()),
      keeper_(&windows_),
      own_(config_, [this] { take_adapted(); }),
      loop_(g_main_loop_new(nullptr, FALSE))
{
    const DetectorChoice choice =
        choose_detector(config_.detector, Bundle::open(config_.model).activity());
    if (!choice.note.empty())
        log_line(choice.note);
    config_.detector = choice.name;
    for (const auto &part : unfinished(evidence_folder()))
        remove_evidence(part, evidence_folder());
    for (const CameraConfig &camera : config_.cameras)
        cameras_.push_back(made_camera(camera));
    if (config_.page.enabled) {
        PageSource *source = this;
        page_ = std::make_unique<WebServer>(config_.page, source);
        log_line("page at " + page_->address());
    }
}

WatchService::~WatchService()
{
    page_.reset();
    cameras_.clear();
    g_main_loop_unref(loop_);
}

std::unique_ptr<CameraWatch> WatchService::made_camera(const CameraConfig &config)
{
    CameraListener *listener = this;
    auto made = std::make_unique<CameraWatch>(config_, config, own_.take(config.name), listener);
    const Bundle model = Bundle::open(config_.model);
    keeper_.begin(config.name, model.folder().string(), model.features_sha256());
    log_.announce(config.name);
    return made;
}

/* A camera's own head is another than it was: its pipeline begins anew */
void WatchService::take_adapted()
{
    for (auto &camera : cameras_) {
        const CameraConfig config = camera->config();
        if (!own_.has_changed(config.name))
            continue;
        auto made = made_camera(config);
        end_open(config.name);
        camera->stop(); // one at a time asks its source
        camera = std::move(made);
        camera->start();
    }
}

int WatchService::run()
{
    const auto on_quit = [](gpointer self) -> gboolean {
        g_main_loop_quit(static_cast<WatchService *>(self)->loop_);
        return G_SOURCE_CONTINUE;
    };
    const auto on_hangup = [](gpointer self) -> gboolean {
        static_cast<WatchService *>(self)->reload();
        return G_SOURCE_CONTINUE;
    };
    const auto on_tidy = [](gpointer self) -> gboolean {
        static_cast<WatchService *>(self)->tidy();
        return G_SOURCE_CONTINUE;
    };
    const auto on_alive = [](gpointer) -> gboolean {
        tell_alive();
        return G_SOURCE_CONTINUE;
    };
    std::vector<guint> sources = {g_unix_signal_add(SIGINT, on_quit, this),
                                  g_unix_signal_add(SIGTERM, on_quit, this),
                                  g_unix_signal_add(SIGHUP, on_hangup, this),
                                  g_timeout_add_seconds(tidy_interval_s, on_tidy, this)};
    if (const unsigned interval = alive_interval(); interval > 0)
        sources.push_back(g_timeout_add_seconds(interval, on_alive, this));

    for (const auto &camera : cameras_)
        camera->start();
    tidy();
    tell_ready();
    g_main_loop_run(loop_);
    tell_stopping();
    log_line("stopping");
    for (const auto &camera : cameras_)
        camera->stop();
    for (const guint source : sources)
        g_source_remove(source);
    return 0;
}

/* Cameras that changed begin anew, the others are left alone. A file that is wrong changes nothing */
void WatchService::reload()
{
    windows_.flush(); // for whoever adapts now
    take_adapted();
    if (file_.empty())
        return;
    WatchConfig read;
    try {
        read = read_watch_config(file_);
    } catch (const Error &error) {
        log_line(std::string("the configuration stays as it was: ") + error.what());
        return;
    }
    std::vector<std::unique_ptr<CameraWatch>> kept;
    std::vector<CameraConfig> added;
    for (const CameraConfig &camera : read.cameras) {
        const auto same = std::find_if(cameras_.begin(), cameras_.end(), [&](const auto &one) {
            return one != nullptr && one->config() == camera;
        });
        if (same != cameras_.end())
            kept.push_back(std::move(*same));
        else
            added.push_back(camera);
    }
    const std::size_t left_alone = kept.size();
    for (const auto &camera : cameras_)
        if (camera != nullptr)
            end_open(camera->config().name);
    cameras_ = std::move(kept); // the others stop here
    config_.recording = read.recording;
    for (const CameraConfig &camera : added) {
        cameras_.push_back(made_camera(camera));
        cameras_.back()->start();
    }
    config_.cameras = read.cameras;
    log_line("configuration read again: " + std::to_string(left_alone) + " cameras go on, " +
             std::to_string(added.size()) +
             " begin; model, publishers and page change with a restart");
}

/* Evidence that is too old, or too much */
void WatchService::tidy()
{
    windows_.flush();
    const RecordingConfig &recording = config_.recording;
    const auto folder = evidence_folder();
    if (recording.days > 0) {
        constexpr Nanoseconds day = 86400 * nanoseconds_per_second;
        for (const std::string &file : log_.store().remove_before(now_utc() - recording.days * day))
            remove_evidence(file, folder);
    }
    if (recording.gigabytes > 0) {
        const auto most = static_cast<std::uintmax_t>(recording.gigabytes * bytes_a_gigabyte);
        for (const auto &file : oldest_beyond(folder, most))
            remove_evidence(file, folder);
    }
}

std::filesystem::path WatchService::evidence_folder() const
{
    return config_.folder / "evidence";
}

bool WatchService::has_room() const
{
    std::error_code error;
    const auto space = std::filesystem::space(config_.folder, error);
    return error || space.available > least_free_bytes;
}

std::filesystem::path WatchService::evidence_file(const std::string &camera,
                                                  const AlarmNews &news) const
{
    std::string time = to_utc_text(news.alarm.time.start + news.utc_offset);
    std::replace(time.begin(), time.end(), ':', '-'); // no file name elsewhere may hold it
    return evidence_folder() / camera / time.substr(0, 10) / (time + "-" + news.alarm.label.label);
}

CameraWatch *WatchService::find(const std::string &camera) const
{
    const auto found = std::find_if(cameras_.begin(), cameras_.end(), [&](const auto &one) {
        return one != nullptr && one->config().name == camera;
    });
    return found != cameras_.end() ? found->get() : nullptr;
}

void WatchService::begin_open(const std::string &camera, const AlarmNews &news)
{
    OpenAlarm open;
    open.camera = camera;
    open.last = news;
    open.id = log_.begin(camera, news);
    CameraWatch *watch = find(camera);
    if (!has_room())
        log_line(camera + ": less than 500 MB are free, no clip is kept");
    else if (watch != nullptr && config_.recording.enabled) {
        open.file = evidence_file(camera, news);
        open.clip = watch->begin_clip(news.alarm.time.start, open.file);
    }
    open_.push_back(open);
}

/* While its best moment is among the last pictures */
void WatchService::take_still(OpenAlarm *alarm) const
{
    const CameraWatch *watch = find(alarm->camera);
    const Nanoseconds best = alarm->last.alarm.best;
    if (watch == nullptr || alarm->file.empty() || best == alarm->still_time)
        return;
    alarm->still = watch->picture_near(best);
    alarm->still_time = best;
}

/* The picture of its best moment so far, and the line that receivers got last: at its begin, and again at its end */
void WatchService::keep_still(OpenAlarm *alarm)
{
    const auto keep = [&](const char *extension, const std::string &bytes) {
        const std::filesystem::path file = alarm->file.string() + extension;
        write_whole(file, bytes);
        if (alarm->kept.insert(extension).second)
            log_.evidence(alarm->id, file.string());
    };
    try {
        std::filesystem::create_directories(alarm->file.parent_path());
        if (!alarm->still.empty())
            keep(".jpg", {alarm->still.begin(), alarm->still.end()});
        keep(".json", log_.line(alarm->camera, alarm->last) + "\n");
    } catch (const std::exception &error) {
        log_line(alarm->camera + ": a picture could not be kept: " + error.what());
    }
}

void WatchService::on_alarm(const std::string &camera, const AlarmNews &news)
{
    const auto of_it = [&](const OpenAlarm &one) {
        return one.camera == camera && !one.is_over && one.last.alarm.id == news.alarm.id;
    };
    auto known = std::find_if(open_.begin(), open_.end(), of_it);
    if (known != open_.end()) {
        known->last = news;
        log_.change(known->id, camera, news);
    } else if (news.alarm.kind == AlarmEvent::Kind::Begin) {
        begin_open(camera, news);
        known = open_.end() - 1;
    } else {
        return; // it began where nobody wanted alarms
    }
    take_still(&*known);
    if (!known->file.empty() && news.alarm.kind != AlarmEvent::Kind::Update)
        keep_still(&*known);
    if (config_.learn)
        keeper_.alarm(camera, known->id, news.alarm.time);
    if (news.alarm.kind != AlarmEvent::Kind::End)
        return;
    known->is_over = true;
    CameraWatch *watch = find(camera);
    if (known->clip == 0)
        open_.erase(known);
    else if (watch != nullptr)
        watch->end_clip(news.alarm.time.end);
}

void WatchService::on_window(const std::string &camera, const WindowNews &news)
{
    keeper_.take(camera, news);
}

/* Its pipeline ends: nobody will tell the end of what goes on */
void WatchService::end_open(const std::string &camera)
{
    std::vector<AlarmNews> open;
    for (const OpenAlarm &one : open_)
        if (one.camera == camera && !one.is_over)
            open.push_back(one.last);
    for (AlarmNews &news : open) {
        news.alarm.kind = AlarmEvent::Kind::End;
        on_alarm(camera, news);
    }
}

void WatchService::on_camera(const std::string &camera, const CameraNews &news)
{
    if (news.picture.empty())
        reasons_[camera] = news.up ? "" : news.reason;
    log_.camera(camera, news);
    if (news.reason == pipeline_reason)
        end_open(camera);
}

void WatchService::on_clip(const std::string &camera, const ClipNews &news)
{
    if (news.file.empty())
        log_line(camera + ": a clip could not be kept: " + news.text);
    for (auto at = open_.begin(); at != open_.end();) {
        const bool is_of_it = at->camera == camera && at->clip == news.clip;
        if (is_of_it && !news.file.empty())
            log_.evidence(at->id, news.file);
        if (is_of_it && at->is_over)
            at = open_.erase(at);
        else
            ++at;
    }
}

Json WatchService::cameras()
{
    Json list = Json::array();
    for (const auto &camera : cameras_) {
        const std::string &name = camera->config().name;
        list.push_back(
            camera_json(name, camera->stats(), reasons_[name], !camera->picture().empty()));
    }
    return list;
}

Json WatchService::alarms(TimeSpan utc, std::size_t most)
{
    AlarmQuery query;
    query.from = utc.start;
    query.to = utc.end;
    query.limit = most;
    return alarms_json(reader_.alarms(query));
}

bool WatchService::judge(std::int64_t alarm, const std::string &verdict)
{
    std::optional<Verdict> given;
    if (!verdict.empty())
        given = verdict == "true" ? Verdict::True : Verdict::Nothing;
    return log_.store().set_verdict(alarm, given, now_utc());
}

std::optional<std::vector<std::uint8_t>> WatchService::picture(const std::string &camera)
{
    const CameraWatch *watch = find(camera);
    if (watch == nullptr)
        return std::nullopt;
    return watch->picture();
}

std::optional<std::filesystem::path> WatchService::kept(
    std::int64_t alarm, std::filesystem::path (*kind)(const StoredAlarm &))
{
    const auto found = reader_.alarm(alarm);
    const auto file = found ? kind(*found) : std::filesystem::path();
    if (file.empty())
        return std::nullopt;
    return file;
}

std::optional<std::filesystem::path> WatchService::clip(std::int64_t alarm)
{
    return kept(alarm, clip_of);
}

std::optional<std::filesystem::path> WatchService::still(std::int64_t alarm)
{
    return kept(alarm, still_of);
}

bool WatchService::healthy()
{
    return std::all_of(cameras_.begin(), cameras_.end(),
                       [](const auto &camera) { return camera->stats().up; });
}

std::string WatchService::metrics()
{
    WatchFigures figures;
    figures.alarms = log_.alarms();
    figures.publishers = log_.receivers();
    for (const auto &camera : cameras_)
        figures.cameras.emplace_back(camera->config().name, camera->stats());
    return to_prometheus(figures);
}

} // namespace fovea
