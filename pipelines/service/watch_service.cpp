// SPDX-License-Identifier: MIT
#include "service/watch_service.h"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <system_error>
#include <utility>

#include <glib-unix.h>

#include "fovea/bundle/bundle.h"
#include "fovea/bundle/rules.h"
#include "fovea/core/errors.h"
#include "fovea/core/printable.h"
#include "fovea/core/random_id.h"
#include "fovea/core/utc.h"
#include "fovea/publish/receiver_uri.h"
#include "fovea/store/result_json.h"
#include "service/evidence_files.h"
#include "service/metrics.h"
#include "service/service_manager.h"

namespace fovea {

namespace {

constexpr guint tidy_interval_s = 600;
constexpr std::uintmax_t least_free_bytes = 500'000'000; ///< below it no clip is begun
constexpr double bytes_a_gigabyte = 1e9;

Nanoseconds now_utc()
{
    constexpr Nanoseconds nanoseconds_per_microsecond = 1000;
    return g_get_real_time() * nanoseconds_per_microsecond;
}

/* One line a happening, for the journal */
void tell(const std::string &what)
{
    std::fprintf(stderr, "%s %s\n", to_utc_text(now_utc()).c_str(), printable(what).c_str());
}

std::filesystem::path made_folder(const std::filesystem::path &folder)
{
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        throw Error(Error::Kind::CannotWrite,
                    "folder '" + folder.string() + "' cannot be made: " + error.message());
    return folder;
}

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

/* What stands behind a network's host may be secret */
std::string printed_uri(const std::string &uri)
{
    const std::string scheme = scheme_of(uri);
    return scheme.empty() || scheme == "file" || scheme == "stdout" ? uri
                                                                    : receiver_uri(uri).name();
}

Message::Kind message_kind(AlarmEvent::Kind kind)
{
    switch (kind) {
    case AlarmEvent::Kind::Begin:
        return Message::Kind::AlarmBegin;
    case AlarmEvent::Kind::Update:
        return Message::Kind::AlarmUpdate;
    case AlarmEvent::Kind::End:
        break;
    }
    return Message::Kind::AlarmEnd;
}

StoredAlarm stored(const std::string &camera, const AlarmNews &news, const std::string &run)
{
    const AlarmEvent &alarm = news.alarm;
    StoredAlarm record;
    record.camera = camera;
    record.label = alarm.label.label;
    record.run = run;
    record.number = alarm.id;
    record.begin_utc = alarm.time.start + news.utc_offset;
    record.end_utc = alarm.time.end + news.utc_offset;
    record.best_utc = alarm.best + news.utc_offset;
    record.stream = alarm.time;
    record.score = alarm.label.confidence;
    record.box = alarm.box;
    record.persons = alarm.persons;
    record.ended = alarm.kind == AlarmEvent::Kind::End;
    return record;
}

/* The clip among an alarm's evidence, while it is there; empty: there is none */
std::filesystem::path clip_of(const StoredAlarm &alarm)
{
    std::error_code error;
    for (const std::string &path : alarm.evidence)
        if (std::filesystem::path(path).extension() != ".jpg" &&
            std::filesystem::is_regular_file(path, error))
            return path;
    return {};
}

const char *name_of(const std::optional<Verdict> &verdict)
{
    if (!verdict)
        return "";
    return *verdict == Verdict::True ? "true" : "nothing";
}

} // namespace

WatchService::WatchService(WatchConfig config, std::filesystem::path file)
    : config_(std::move(config)),
      file_(std::move(file)),
      labels_(alarm_labels(config_.model)),
      run_(random_id()),
      store_(made_folder(config_.folder) / "events.db"),
      reader_(config_.folder / "events.db"),
      loop_(g_main_loop_new(nullptr, FALSE))
{
    if (const auto left = store_.end_interrupted(); left > 0)
        tell(std::to_string(left) + " alarms of an earlier run were left open and end there");
    for (const auto &part : unfinished(evidence_folder()))
        remove_evidence(part, evidence_folder());
    for (const ReceiverConfig &receiver : config_.receivers) {
        PublisherOptions options;
        options.credentials = receiver.credentials;
        options.signing_key = receiver.signing_key;
        options.ca_file = receiver.ca_file;
        options.spool = config_.folder / "unsent";
        options.append = true;
        options.on_trouble = [](const std::string &trouble) { tell(trouble); };
        publishers_.emplace_back(printed_uri(receiver.uri), make_publisher(receiver.uri, options));
    }
    for (const CameraConfig &camera : config_.cameras)
        add_camera(camera);
    if (config_.page.enabled) {
        PageSource *source = this;
        page_ = std::make_unique<WebServer>(config_.page, source);
        tell("page at " + page_->address());
    }
}

WatchService::~WatchService()
{
    page_.reset();
    cameras_.clear();
    g_main_loop_unref(loop_);
}

void WatchService::add_camera(const CameraConfig &config)
{
    CameraListener *listener = this;
    cameras_.push_back(std::make_unique<CameraWatch>(config_, config, listener));
    for (const auto &[name, publisher] : publishers_)
        publisher->announce({config.name, labels_});
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
    tell("stopping");
    for (const auto &camera : cameras_)
        camera->stop();
    for (const guint source : sources)
        g_source_remove(source);
    return 0;
}

/* Cameras that changed begin anew, the others are left alone. A file that is wrong changes nothing */
void WatchService::reload()
{
    if (file_.empty())
        return;
    WatchConfig read;
    try {
        read = read_watch_config(file_);
    } catch (const Error &error) {
        tell(std::string("the configuration stays as it was: ") + error.what());
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
    cameras_ = std::move(kept); // the others stop here
    config_.recording = read.recording;
    for (const CameraConfig &camera : added) {
        add_camera(camera);
        cameras_.back()->start();
    }
    config_.cameras = read.cameras;
    tell("configuration read again: " + std::to_string(left_alone) + " cameras go on, " +
         std::to_string(added.size()) + " begin; model, publishers and page change with a restart");
}

/* Evidence that is too old, or too much */
void WatchService::tidy()
{
    const RecordingConfig &recording = config_.recording;
    const auto folder = evidence_folder();
    if (recording.days > 0) {
        constexpr Nanoseconds day = 86400 * nanoseconds_per_second;
        for (const std::string &file : store_.remove_before(now_utc() - recording.days * day))
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
    const auto found = std::find_if(cameras_.begin(), cameras_.end(),
                                    [&](const auto &one) { return one->config().name == camera; });
    return found != cameras_.end() ? found->get() : nullptr;
}

void WatchService::on_alarm(const std::string &camera, const AlarmNews &news)
{
    const std::pair<std::string, std::uint64_t> key(camera, news.alarm.id);
    const auto known = open_.find(key);
    if (known == open_.end() && news.alarm.kind != AlarmEvent::Kind::Begin)
        return; // it began where nobody wanted alarms
    CameraWatch *watch = find(camera);
    if (known == open_.end()) {
        ++alarm_count_;
        OpenAlarm open;
        open.id = store_.add_alarm(stored(camera, news, run_));
        if (!has_room())
            tell(camera + ": less than 500 MB are free, no clip is kept");
        else if (watch != nullptr)
            open.clip = watch->begin_clip(news.alarm.time.start, evidence_file(camera, news));
        open_[key] = open;
        tell(camera + ": alarm " + std::to_string(open.id) + ", " + news.alarm.label.label);
    } else {
        StoredAlarm changed = stored(camera, news, run_);
        changed.id = known->second.id;
        store_.update_alarm(changed);
        if (news.alarm.kind == AlarmEvent::Kind::End) {
            known->second.is_over = true;
            if (known->second.clip == 0)
                open_.erase(known);
            else if (watch != nullptr)
                watch->end_clip(news.alarm.time.end);
        }
    }
    publish_alarm(camera, news);
}

void WatchService::publish_alarm(const std::string &camera, const AlarmNews &news)
{
    Result result;
    result.timestamp = news.alarm.time.end;
    result.alarm = news.alarm;
    result.source = camera;
    result.model = news.model;
    result.utc = to_utc_text(news.alarm.time.end + news.utc_offset);
    result.run = run_;
    Message message;
    message.kind = message_kind(news.alarm.kind);
    message.id = next_id();
    message.key = camera;
    message.label = news.alarm.label.label;
    message.text = to_json(result).dump(/*indent=*/-1, ' ', /*ensure_ascii=*/false,
                                        Json::error_handler_t::replace);
    publish(message);
}

std::string WatchService::next_id()
{
    return run_ + "-" + std::to_string(++messages_);
}

void WatchService::publish(const Message &message)
{
    for (const auto &[name, publisher] : publishers_) {
        try {
            publisher->publish(message);
        } catch (const Error &error) {
            tell(error.what());
        }
    }
}

void WatchService::on_camera(const std::string &camera, const CameraNews &news)
{
    reasons_[camera] = news.up ? "" : news.reason;
    store_.add_camera_change({camera, news.up, news.reason, now_utc()});
    tell(camera + (news.up ? ": up" : ": down, " + news.reason + ": " + news.text));
    Message message;
    message.kind = Message::Kind::Camera;
    message.id = next_id();
    message.key = camera;
    message.text =
        Json({{"camera", camera},
              {"state", news.up ? "up" : "down"},
              {"reason", news.reason},
              {"text", news.text},
              {"utc", to_utc_text(now_utc())},
              {"run", run_}})
            .dump(/*indent=*/-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
    publish(message);
}

void WatchService::on_clip(const std::string &camera, const ClipNews &news)
{
    if (news.file.empty())
        tell(camera + ": a clip could not be kept: " + news.text);
    for (auto at = open_.begin(); at != open_.end();) {
        const bool is_of_it = at->first.first == camera && at->second.clip == news.clip;
        if (is_of_it && !news.file.empty())
            store_.add_evidence(at->second.id, news.file);
        if (is_of_it && at->second.is_over)
            at = open_.erase(at);
        else
            ++at;
    }
}

Json WatchService::cameras()
{
    Json list = Json::array();
    for (const auto &camera : cameras_) {
        const CameraStats stats = camera->stats();
        list.push_back({{"name", camera->config().name},
                        {"up", stats.up},
                        {"reason", reasons_[camera->config().name]},
                        {"frames", stats.frames},
                        {"dropped", stats.dropped},
                        {"losses", stats.losses},
                        {"restarts", stats.restarts},
                        {"seconds_since_frame", stats.seconds_since_frame},
                        {"has_picture", !camera->picture().empty()}});
    }
    return list;
}

Json WatchService::alarms(TimeSpan utc, std::size_t most)
{
    AlarmQuery query;
    query.from = utc.start;
    query.to = utc.end;
    query.limit = most;
    Json list = Json::array();
    for (const StoredAlarm &alarm : reader_.alarms(query)) {
        list.push_back({{"id", alarm.id},
                        {"camera", alarm.camera},
                        {"label", alarm.label},
                        {"score", std::round(alarm.score * 1e4) / 1e4}, // 0.9, not 0.89999998
                        {"begin", alarm.begin_utc / nanoseconds_per_millisecond},
                        {"end", alarm.end_utc / nanoseconds_per_millisecond},
                        {"box", {alarm.box.x, alarm.box.y, alarm.box.width, alarm.box.height}},
                        {"persons", alarm.persons},
                        {"clip", !clip_of(alarm).empty()},
                        {"verdict", name_of(alarm.verdict)}});
    }
    return list;
}

bool WatchService::judge(std::int64_t alarm, const std::string &verdict)
{
    std::optional<Verdict> given;
    if (!verdict.empty())
        given = verdict == "true" ? Verdict::True : Verdict::Nothing;
    return store_.set_verdict(alarm, given, now_utc());
}

std::optional<std::vector<std::uint8_t>> WatchService::picture(const std::string &camera)
{
    const CameraWatch *watch = find(camera);
    if (watch == nullptr)
        return std::nullopt;
    return watch->picture();
}

std::optional<std::filesystem::path> WatchService::clip(std::int64_t alarm)
{
    const auto found = reader_.alarm(alarm);
    const auto file = found ? clip_of(*found) : std::filesystem::path();
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
    figures.alarms = alarm_count_;
    for (const auto &camera : cameras_)
        figures.cameras.emplace_back(camera->config().name, camera->stats());
    for (const auto &[name, publisher] : publishers_)
        figures.publishers.emplace_back(name, publisher->counts());
    return to_prometheus(figures);
}

} // namespace fovea
