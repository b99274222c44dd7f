// SPDX-License-Identifier: MIT
#include "service/watch_service.h"

#include <algorithm>
#include <csignal>
#include <map>
#include <random>
#include <set>
#include <utility>

#include "fovea/bundle/bundle.h"
#include "fovea/bundle/card_rules.h"
#include "fovea/bundle/detector_choice.h"
#include "fovea/core/errors.h"
#include "fovea/core/formatted.h"
#include "fovea/core/utc.h"
#include "service/evidence/evidence_retention.h"
#include "service/late_changes.h"
#include "service/main_loop.h"
#include "service/open_files.h"
#include "service/page/page_json.h"
#include "service/page/prometheus.h"
#include "service/stop_together.h"
#include "service/systemd_notify.h"
#include "service/watch_check.h"

namespace fovea {

namespace {

constexpr guint tidy_interval_s = 600;
constexpr guint waiting_interval_s = 10; // as long as a database that another holds is left alone
constexpr guint pace_interval_s = 3600;

std::map<std::string, int> alarm_labels(const std::string &model)
{
    std::map<std::string, int> labels;
    const Bundle bundle = Bundle::open(model);
    const auto rule = alarm_rule(bundle);
    for (std::size_t i = 0; i < bundle.labels().size(); ++i)
        if (!rule || rule->limits[i])
            labels.emplace(bundle.labels()[i], static_cast<int>(i));
    return labels;
}

} // namespace

WatchService::WatchService(WatchConfig config, std::function<WatchConfig()> read)
    : given_(std::move(config)),
      config_(given_),
      read_(std::move(read)),
      most_files_(set_most_files(config_)),
      lock_(config_.folder),
      log_(config_, alarm_labels(config_.model)),
      reader_(config_.folder / "events.db"),
      windows_(config_.folder / "events.db", WindowStore::Limits(), std::random_device()()),
      keeper_(&windows_),
      pace_(config_.folder / "events.db"),
      clock_(config_.folder / "clock.json"),
      own_(config_, [this] { take_adapted(); }),
      alarms_(&config_, &log_, &clock_, [this](const std::string &camera) { return find(camera); })
{
    const ActivityCard card = Bundle::open(config_.model).activity();
    const ModelChoice detector = choose_detector(config_.detector, card);
    const ModelChoice pose = choose_pose("", card);
    for (const std::string &note : {detector.note, pose.note}) {
        if (!note.empty())
            log_line(note);
    }
    if (const std::string note = short_of_files(config_, most_files_); !note.empty())
        log_line(note);
    config_.detector = detector.name;
    config_.pose = pose.name;
    if (config_.learn && card.anchors.empty()) {
        log_line("windows are not kept to learn from: model '" + config_.model +
                 "' has no anchors that a new head is held to; make them: fovea models anchors");
        config_.learn = false;
    }
    for (const auto &part : unfinished(alarms_.evidence_folder()))
        remove_evidence(part, alarms_.evidence_folder());
    for (const CameraConfig &camera : config_.cameras)
        cameras_.push_back(begun(new_camera(config_, camera, &own_, this)));
    if (config_.page.enabled) {
        PageSource *source = this;
        page_ = std::make_unique<WebServer>(config_.page, source);
        log_line("page at " + page_->address());
    }
    log_.writes().attempt([this] { tell_left_behind(config_); });
}

WatchService::~WatchService()
{
    page_.reset();
    stop_together(std::move(cameras_));
}

std::unique_ptr<CameraWatch> WatchService::begun(NewCamera made)
{
    const std::string &name = made.watch->config().name;
    reasons_.erase(name); // what is wrong with it is told anew
    record_reasons_.erase(name);
    StoreWrites &writes = log_.writes();
    keeper_.begin(name, made.model, made.weights);
    writes.attempt([&] { keeper_.make_known(name); });
    writes.attempt([this] { pace_.flush(); });
    pace_.begin(name, std::move(made.wish));
    writes.attempt([&] {
        if (const auto limits = pace_.look(name, clock_.now()))
            made.watch->set_limits(*limits);
    });
    log_.announce(name);
    return std::move(made.watch);
}

/* Cameras that give more alarms than wished get higher thresholds, without a restart */
void WatchService::look_at_pace()
{
    log_.writes().attempt([this] {
        for (const auto &camera : cameras_)
            if (const auto limits = pace_.look(camera->config().name, clock_.now()))
                camera->set_limits(*limits);
    });
}

/* A camera's own head is another than it was: its pipeline begins anew */
void WatchService::take_adapted()
{
    const bool is_told = std::exchange(does_head_wait_, false);
    std::vector<std::unique_ptr<CameraWatch>> before;
    std::vector<CameraWatch *> changed;
    for (auto &camera : cameras_) {
        const CameraConfig config = camera->config();
        if (!own_.has_changed(config.name))
            continue;
        std::unique_ptr<CameraWatch> made;
        try {
            made = begun(new_camera(config_, config, &own_, this));
        } catch (const std::exception &error) { // as while the model is installed anew
            if (!is_told)
                log_line(
                    config.name +
                    ": its head stays as it is until the new one can be taken: " + error.what());
            own_.give_back(config.name);
            does_head_wait_ = true;
            continue;
        }
        alarms_.end(config.name);
        before.push_back(std::exchange(camera, std::move(made)));
        changed.push_back(camera.get());
    }
    has_left_ |= !stop_together(std::move(before)); // one at a time asks its source
    for (CameraWatch *camera : changed)
        camera->start_or_later();
}

int WatchService::run()
{
    MainLoop loop;
    for (const int quit : {SIGINT, SIGTERM})
        loop.on_signal(quit, [&loop] { loop.quit(); });
    loop.on_signal(SIGHUP, [this] { reload(); });
    loop.every(tidy_interval_s, [this] { tidy(); });
    loop.every(1, [this] { alarms_.go_on_tidying(); });
    loop.every(waiting_interval_s, [this] {
        log_.write_waiting();
        if (does_head_wait_)
            take_adapted();
    });
    loop.every(pace_interval_s, [this] { look_at_pace(); });
    if (const unsigned interval = alive_interval(); interval > 0)
        loop.every(interval, tell_alive);
    sigset_t hangup;
    sigemptyset(&hangup);
    sigaddset(&hangup, SIGHUP);
    pthread_sigmask(SIG_UNBLOCK, &hangup, nullptr); // one that came earlier is taken now

    for (const auto &camera : cameras_)
        camera->start();
    tidy();
    tell_ready();
    loop.run();
    tell_stopping();
    log_line("stopping");
    for (const auto &camera : cameras_)
        alarms_.end(camera->config().name); // nobody will tell it
    has_left_ |= !stop_together(std::move(cameras_));
    log_.write_last();
    return 0;
}

/* Cameras that changed begin anew, the others are left alone. A file that is wrong changes nothing */
void WatchService::reload()
{
    log_.writes().attempt([this] { windows_.flush(); }); // for whoever adapts now
    take_adapted();
    look_at_pace();
    renew_certificate();
    if (!read_)
        return;
    WatchConfig read;
    std::string late;
    std::set<std::string> left_alone;
    std::vector<NewCamera> added; // before others end: a model that is gone by now ends none
    try {
        read = read_();
        late = told_of_restart(given_, read);
        read.model = config_.model; // these change with a restart
        read.detector = config_.detector;
        check_watch(read);
        WatchConfig wanted = config_;
        wanted.recording = read.recording;
        const bool cuts_alike = read.recording.cuts_as(config_.recording);
        for (const CameraConfig &camera : read.cameras) {
            const CameraWatch *runs = find(camera.name);
            if (cuts_alike && runs != nullptr && runs->config() == camera)
                left_alone.insert(camera.name);
            else
                added.push_back(new_camera(wanted, camera, &own_, this));
        }
    } catch (const std::exception &error) {
        log_line(std::string("the configuration stays as it was: ") + error.what());
        return;
    }
    std::vector<std::unique_ptr<CameraWatch>> ending;
    for (auto &camera : cameras_) {
        const std::string &name = camera->config().name;
        if (left_alone.count(name) > 0)
            continue;
        alarms_.end(name);
        if (!read.has_camera(name))
            log_.announce(name, /*is_gone=*/true);
        ending.push_back(std::move(camera));
    }
    cameras_.erase(std::remove(cameras_.begin(), cameras_.end(), nullptr), cameras_.end());
    const std::size_t ended = ending.size();
    has_left_ |= !stop_together(std::move(ending));
    config_.recording = read.recording;
    for (NewCamera &camera : added) {
        cameras_.push_back(begun(std::move(camera)));
        cameras_.back()->start_or_later();
    }
    const auto place = [&all = read.cameras](const std::unique_ptr<CameraWatch> &camera) {
        return std::find(all.begin(), all.end(), camera->config());
    };
    std::sort(cameras_.begin(), cameras_.end(),
              [&](const auto &one, const auto &other) { return place(one) < place(other); });
    config_.cameras = read.cameras;
    log_.writes().attempt([this] { tell_left_behind(config_); });
    if (const std::string note = short_of_files(config_, most_files_); !note.empty())
        log_line(note);
    log_line("configuration read again: " + counted(left_alone.size(), "camera") + " left alone, " +
             std::to_string(ended) + " ended, " + std::to_string(added.size()) + " begun" + late);
}

void WatchService::renew_certificate()
{
    try {
        if (page_ != nullptr && page_->renew_certificate())
            log_line("the page has another certificate");
    } catch (const Error &error) {
        log_line(std::string("the page's certificate stays as it was: ") + error.what());
    }
}

/* Evidence that is too old, or too much */
void WatchService::tidy()
{
    StoreWrites &writes = log_.writes();
    writes.attempt([this] { windows_.flush(); });
    writes.attempt([this] { pace_.flush(); });
    alarms_.tidy();
}

CameraWatch *WatchService::find(const std::string &camera) const
{
    const auto found = std::find_if(cameras_.begin(), cameras_.end(), [&](const auto &one) {
        return one != nullptr && one->config().name == camera;
    });
    return found != cameras_.end() ? found->get() : nullptr;
}

void WatchService::on_alarm(const std::string &camera, const AlarmNews &news)
{
    const auto id = alarms_.take(camera, news);
    if (!id || !config_.learn)
        return;
    keeper_.mark_near(camera, news.alarm.time); // the store may know nothing of it
    if (*id != 0)
        log_.writes().attempt([&] { keeper_.alarm(camera, *id, news.alarm.time); });
}

void WatchService::on_window(const std::string &camera, const WindowNews &news)
{
    alarms_.take_window(camera, news);
    if (!news.is_wanted)
        return;
    pace_.window(camera, news);
    if (news.rows)
        log_.writes().attempt([&] { keeper_.take(camera, news); });
}

void WatchService::on_peak(const std::string &camera, const AlarmNews &news)
{
    log_.writes().attempt([&] { pace_.peak(camera, news); });
}

void WatchService::on_camera(const std::string &camera, const CameraNews &news)
{
    if (news.picture.empty()) {
        const std::string reason = news.up ? "" : news.reason;
        std::string &last = news.is_record ? record_reasons_[camera] : reasons_[camera];
        const bool is_known = !news.up && last == reason;
        last = reason;
        if (is_known)
            return; // it is tried again and again, and told once
    }
    log_.camera(camera, news);
    if (!news.up && !news.is_record)
        alarms_.end(camera); // what goes on cannot be told without it
}

void WatchService::on_clip(const std::string &camera, const ClipNews &news)
{
    alarms_.take_clip(camera, news);
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

Json WatchService::state()
{
    return {{"unkept", log_.unkept()}};
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
    if (const auto *found = find_named(verdicts, verdict))
        given = found->value;
    const bool is_there = log_.store().set_verdict(alarm, given, now_utc());
    look_at_pace(); // what was true is not quiet
    return is_there;
}

std::optional<std::vector<std::uint8_t>> WatchService::picture(const std::string &camera)
{
    const CameraWatch *watch = find(camera);
    if (watch == nullptr)
        return std::nullopt;
    return watch->picture();
}

std::optional<std::filesystem::path> WatchService::evidence(std::int64_t alarm, Evidence which)
{
    const auto found = reader_.alarm(alarm);
    const auto file = found ? file_of(*found, which) : std::filesystem::path();
    if (file.empty())
        return std::nullopt;
    return file;
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
    figures.failed_writes = log_.writes().failed();
    figures.publishers = log_.receivers();
    for (const auto &camera : cameras_)
        figures.cameras.emplace_back(camera->config().name, camera->stats());
    return to_prometheus(figures);
}

} // namespace fovea
