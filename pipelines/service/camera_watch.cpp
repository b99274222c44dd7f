// SPDX-License-Identifier: MIT
#include "service/camera_watch.h"

#include <algorithm>
#include <utility>

#include "fovea/bundle/bundle.h"
#include "fovea/bundle/card_rules.h"
#include "fovea/core/errors.h"
#include "fovea/core/utc.h"
#include "media/element.h"
#include "service/camera_chains.h"
#include "service/camera_messages.h"
#include "service/event_log.h"

namespace fovea {

namespace {

constexpr GrowingPause::Limits restart_pauses = {std::chrono::seconds(1), std::chrono::minutes(1)};
constexpr std::chrono::seconds clip_patience(5); // beyond that, for clips to be whole

EvidenceRecorder::Options recorder_options(const RecordingConfig &config, const CardAlarms &limits)
{
    const auto time = [](double seconds) {
        return static_cast<Nanoseconds>(seconds * nanoseconds_per_second);
    };
    double least = 0;
    for (const auto &[label, one] : limits)
        least = std::max(least, one.min_duration);
    return {time(config.before), time(config.after), time(config.longest),
            std::min(time(least), time(config.longest))};
}

} // namespace

CameraWatch::CameraWatch(const WatchConfig &watch, const CameraConfig &camera, std::string own,
                         CameraListener *listener)
    : watch_(watch),
      camera_(camera),
      head_(own.empty() ? watch.model : std::move(own)),
      normal_(decision_rule(Bundle::open(head_)).normal),
      listener_(listener),
      pause_(restart_pauses)
{
    if (watch.recording.enabled)
        recorder_ = std::make_unique<EvidenceRecorder>(
            recorder_options(watch.recording, alarm_limits(camera, head_)),
            [this](std::uint64_t clip, const std::string &file, const std::string &why) {
                listener_->on_clip(camera_.name, {clip, file, why});
            },
            [this](EvidenceRecorder::Shorter why) {
                log_line(camera_.name + (why == EvidenceRecorder::Shorter::FastStream
                                             ? ": its stream is too fast, clips are shorter"
                                             : ": the disk does not keep up, a clip is shorter"));
            });
}

CameraWatch::~CameraWatch()
{
    begin_stop();
    end_stop(std::nullopt);
}

void CameraWatch::start(std::chrono::seconds patience)
{
    try {
        build();
        thread_ = std::make_unique<PipelineThread>(pipeline_);
    } catch (const NoThreads &error) {
        forget_pipeline();
        return restart_later(error.what());
    } catch (...) {
        forget_pipeline();
        throw;
    }
    late_ = g_timeout_add_seconds(static_cast<guint>(patience.count()), on_late, this);
}

void CameraWatch::start_or_later()
{
    try {
        start();
    } catch (const std::exception &error) {
        restart_later(error.what());
    }
}

gboolean CameraWatch::on_late(gpointer self)
{
    auto *watch = static_cast<CameraWatch *>(self);
    watch->late_ = 0;
    if (!watch->thread_->has_begun().stopped())
        watch->tell_down(late_reason,
                         "does not come up, as where a file that it reads (model, ca_file, "
                         "credentials) is on a network that is gone; it is waited for");
    return G_SOURCE_REMOVE;
}

void CameraWatch::begin_stop()
{
    g_clear_handle_id(&restart_, g_source_remove);
    go_down();
    if (thread_ != nullptr)
        thread_->hurry();
    if (recorder_ != nullptr)
        recorder_->cut(); // clips of all cameras become whole at the same time
}

bool CameraWatch::wait_begun(std::chrono::steady_clock::time_point until) const
{
    const auto left = until - std::chrono::steady_clock::now();
    return thread_ == nullptr ||
           thread_->has_begun().wait(std::chrono::ceil<std::chrono::milliseconds>(left));
}

bool CameraWatch::end_stop(std::optional<std::chrono::steady_clock::time_point> until)
{
    const auto left = [&until] {
        return until ? std::chrono::ceil<std::chrono::milliseconds>(
                           *until - std::chrono::steady_clock::now())
                     : std::chrono::hours(1);
    };
    while (thread_ != nullptr && !thread_->is_gone().wait(left()) && !until) {
    }
    const bool hangs = thread_ != nullptr && !thread_->is_gone().stopped();
    if (thread_ != nullptr && !hangs)
        settle();
    const auto whole_by = until.value_or(std::chrono::steady_clock::now()) + clip_patience;
    if (recorder_ != nullptr)
        recorder_->finish(whole_by);
    return !hangs;
}

void CameraWatch::build()
{
    pipeline_ = GST_ELEMENT(gst_object_ref_sink(gst_pipeline_new(camera_.name.c_str())));
    auto *bin = GST_BIN(pipeline_);
    Chain chain = {camera_stage(camera_, camera_.uri)};
    for (Stage &stage : alarm_chain(watch_, camera_, head_))
        chain.push_back(std::move(stage));
    const ChainEnds ends = add_chain(bin, chain);
    source_ = ends.first;
    alarm_ = ends.last;
    g_object_set(alarm_, "limits", limits_.c_str(), nullptr);
    GstElement *tee = add_chain(bin, {{"tee", {{"allow-not-linked", "true"}}}}).first;
    gst_element_link(alarm_, tee);
    if (camera_.alarms.alarms_per_hour) {
        counting_ =
            add_chain(bin, counting_chain(camera_, head_, alarm_limits(camera_, head_))).first;
        gst_element_link(tee, counting_);
    }

    gst_element_link(tee, pictures_.add_to(bin));
    if (recorder_ != nullptr) {
        const bool apart = !camera_.record_uri.empty();
        const ChainEnds recorded =
            add_chain(bin, {{"appsink", {{"sync", "false"}, {"async", "false"}}}});
        recorded_ = source_;
        if (apart) { // its frames are decoded too: foveacamera watches over pictures
            recorded_ = add_chain(bin, {camera_stage(camera_, camera_.record_uri),
                                        {"fakesink", {{"async", "false"}}}})
                            .first;
        }
        gst_element_link_pads(recorded_, "encoded", recorded.first, "sink");
        take_samples(recorded.first, [this](GstSample *sample) { recorder_->take(sample); });
    }
    g_autoptr(GstBus) bus = gst_element_get_bus(pipeline_);
    bus_watch_ = gst_bus_add_watch(bus, on_message, this);
}

/* Nothing more is told of it */
void CameraWatch::go_down()
{
    if (bus_watch_ == 0)
        return; // it does, or there is none
    g_source_remove(std::exchange(bus_watch_, 0));
    g_clear_handle_id(&late_, g_source_remove);
    g_autoptr(GstBus) bus = gst_element_get_bus(pipeline_);
    gst_bus_set_flushing(bus, TRUE); // nobody reads what it says while it hangs
    before_ = stats();
    forget_elements();
    thread_->end(std::exchange(pipeline_, nullptr));
}

void CameraWatch::forget_elements()
{
    source_ = nullptr;
    recorded_ = nullptr;
    alarm_ = nullptr;
    counting_ = nullptr;
    counted_.clear();
    wanted_ = {};
}

void CameraWatch::forget_pipeline()
{
    g_clear_handle_id(&bus_watch_, g_source_remove);
    forget_elements();
    gst_object_unref(std::exchange(pipeline_, nullptr));
    settle();
}

/* Nothing of the pipeline is there any more */
void CameraWatch::settle()
{
    thread_.reset();
    pictures_.cut();
    if (recorder_ != nullptr)
        recorder_->forget();
}

gboolean CameraWatch::on_message(GstBus *, GstMessage *message, gpointer self)
{
    auto *watch = static_cast<CameraWatch *>(self);
    if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
        g_autoptr(GError) error = nullptr;
        gst_message_parse_error(message, &error, nullptr);
        watch->restart_later(error->message);
    } else if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_EOS) {
        watch->restart_later("the pipeline ended");
    } else if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ELEMENT) {
        const GstStructure *content = gst_message_get_structure(message);
        const bool counts =
            watch->counting_ != nullptr && GST_MESSAGE_SRC(message) == GST_OBJECT(watch->counting_);
        if (counts)
            watch->take_peak(content);
        else if (gst_structure_has_name(content, "fovea-alarm") != FALSE)
            watch->take_alarm(content);
        else if (gst_structure_has_name(content, "fovea-activity") != FALSE)
            watch->take_window(content);
        else if (gst_structure_has_name(content, "fovea-camera") != FALSE)
            GST_MESSAGE_SRC(message) == GST_OBJECT(watch->source_) ? watch->take_camera(content)
                                                                   : watch->take_record(content);
    }
    return G_SOURCE_CONTINUE; // a source that was removed meanwhile is gone all the same
}

void CameraWatch::tell_down(const char *reason, const std::string &why)
{
    CameraNews news;
    news.reason = reason;
    news.text = why;
    listener_->on_camera(camera_.name, news);
}

void CameraWatch::restart_later(const std::string &why)
{
    if (restart_ != 0)
        return;
    tell_down(pipeline_reason, why);
    ++restarts_;
    go_down();
    if (recorder_ != nullptr)
        recorder_->cut(); // what alarms that ended have is told at once, though it may hang
    restart_ = g_timeout_add(static_cast<guint>(pause_.next().count()), on_restart, this);
}

gboolean CameraWatch::on_restart(gpointer self)
{
    auto *watch = static_cast<CameraWatch *>(self);
    if (watch->thread_ != nullptr) {
        if (!watch->thread_->is_gone().stopped()) {
            begin_waiting_tasks();
            if (!std::exchange(watch->hangs_, true))
                log_line(watch->camera_.name + ": does not stop; begins anew once it is down");
            return G_SOURCE_CONTINUE; // looked at again after the same pause
        }
        watch->settle();
    }
    watch->hangs_ = false;
    watch->restart_ = 0;
    watch->start_or_later();
    return G_SOURCE_REMOVE;
}

Nanoseconds CameraWatch::utc_offset() const
{
    g_autoptr(GstClock) clock = gst_element_get_clock(pipeline_);
    if (clock == nullptr)
        return 0;
    const auto running = static_cast<Nanoseconds>(gst_clock_get_time(clock)) -
                         static_cast<Nanoseconds>(gst_element_get_base_time(pipeline_));
    return g_get_real_time() * nanoseconds_per_microsecond - running;
}

void CameraWatch::take_alarm(const GstStructure *message)
{
    const bool is_wanted = camera_.schedule.holds(minute_of_week());
    if (const auto alarm = wanted_.take(alarm_of(message), is_wanted))
        listener_->on_alarm(camera_.name,
                            {*alarm, word_in(message, "model"), utc_offset(), resolution_});
}

void CameraWatch::take_peak(const GstStructure *message)
{
    const AlarmEvent stretch = alarm_of(message);
    if (stretch.kind == AlarmEvent::Kind::Begin && camera_.schedule.holds(minute_of_week()))
        counted_.insert(stretch.id);
    if (stretch.kind == AlarmEvent::Kind::End && counted_.erase(stretch.id) > 0)
        listener_->on_peak(camera_.name, {stretch, word_in(message, "model"), utc_offset()});
}

void CameraWatch::take_window(const GstStructure *message)
{
    const TimeSpan time = {static_cast<Nanoseconds>(number_in(message, "start")),
                           static_cast<Nanoseconds>(number_in(message, "end"))};
    pause_.reset(); // a camera alone may be up, and what is behind it fail again
    const Nanoseconds offset = utc_offset();
    latency_seconds_ = std::max(0.0, to_seconds(now_utc() - time.end - offset));
    if (frames_of_window(message).mostly_corrupt())
        return;
    const bool is_wanted = camera_.schedule.holds(minute_of_week());
    std::vector<ScoredLabel> scores = scores_of_window(message);
    const float highest = highest_of_events(scores, normal_);
    listener_->on_window(camera_.name, {time, highest, rows_of_window(message), offset,
                                        std::move(scores), regions_of_window(message), is_wanted});
    if (!is_wanted)
        return;
    for (const AlarmEvent &alarm : wanted_.take_window(time))
        listener_->on_alarm(camera_.name, {alarm, word_in(message, "model"), offset, resolution_});
}

void CameraWatch::take_camera(const GstStructure *message)
{
    CameraNews news = news_of(message);
    if (!news.picture.empty()) {
        news.up = true;
        listener_->on_camera(camera_.name, news);
        return;
    }
    if (news.up)
        resolution_ = resolution_in(message);
    if (!news.up && recorder_ != nullptr && camera_.record_uri.empty())
        recorder_->cut();
    listener_->on_camera(camera_.name, news);
}

/* A clip that waits for frames of it would never be whole */
void CameraWatch::take_record(const GstStructure *message)
{
    CameraNews news = news_of(message);
    if (!news.picture.empty())
        return; // what is looked at tells it
    news.is_record = true;
    if (!news.up)
        recorder_->cut();
    listener_->on_camera(camera_.name, news);
}

void CameraWatch::set_limits(const CardAlarms &limits)
{
    limits_ = limits_text(limits);
    if (alarm_ != nullptr)
        g_object_set(alarm_, "limits", limits_.c_str(), nullptr);
}

CameraStats CameraWatch::stats() const
{
    CameraStats told;
    told.frames = before_.frames;
    told.dropped = before_.dropped;
    told.losses = before_.losses;
    told.restarts = restarts_;
    told.latency_seconds = latency_seconds_;
    told.cut_clips = recorder_ != nullptr ? recorder_->cut_for_disk() : 0;
    told.seconds_since_frame = pictures_.seconds_since_frame();
    if (source_ == nullptr)
        return told;
    GstStructure *stats = nullptr;
    g_object_get(source_, "stats", &stats, nullptr);
    const bool is_heard = bus_watch_ != 0; // no alarm comes of one that goes down, or hangs there
    told.up = is_heard && is_up(stats);
    told.picture = word_in(stats, "picture");
    told.frames += number_in(stats, "frames");
    told.dropped += number_in(stats, "dropped");
    told.losses += number_in(stats, "losses");
    gst_structure_free(stats);
    if (recorded_ != nullptr && recorded_ != source_) {
        g_object_get(recorded_, "stats", &stats, nullptr);
        told.record_up = is_heard && is_up(stats);
        gst_structure_free(stats);
    }
    return told;
}

std::uint64_t CameraWatch::begin_clip(Nanoseconds start, const std::filesystem::path &file)
{
    return recorder_ != nullptr ? recorder_->begin(start, file) : 0;
}

void CameraWatch::end_clip(std::uint64_t clip, Nanoseconds end)
{
    if (recorder_ != nullptr)
        recorder_->end(clip, end);
}

} // namespace fovea
