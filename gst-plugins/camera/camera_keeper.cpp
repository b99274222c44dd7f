// SPDX-License-Identifier: MIT
#include "camera/camera_keeper.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/bus_error.h"
#include "base/mapped_frame.h"
#include "base/picture_hash.h"
#include "camera/camera_reach.h"
#include "fovea/core/named_thread.h"
#include "fovea/core/thread_shortage.h"

namespace fovea {

namespace {

constexpr std::chrono::milliseconds look_interval(50);
constexpr gint64 us_per_ms = 1000;
constexpr int most_redirections = 5; // one after the other
constexpr guint steady_ms = 10'000;  ///< a connection that held so long was a good one

using Clock = std::unique_ptr<GstClock, decltype(&gst_object_unref)>;

Clock clock_of(GstElement *element)
{
    GstClock *clock = gst_element_get_clock(element);
    return {clock != nullptr ? clock : gst_system_clock_obtain(), gst_object_unref};
}

GstStructure *camera_message(const char *state, const CameraUri &camera)
{
    return gst_structure_new("fovea-camera", "state", G_TYPE_STRING, state, "uri", G_TYPE_STRING,
                             camera.uri.c_str(), nullptr);
}

void post(GstElement *element, GstStructure *message)
{
    gst_element_post_message(element, gst_message_new_element(GST_OBJECT(element), message));
}

} // namespace

CameraKeeper::CameraKeeper(GstElement *element, const CameraOptions &options, CameraUri camera,
                           CameraOutput *video, std::shared_ptr<CameraOutput> encoded,
                           CameraCounts *counts)
    : element_(element),
      options_(options),
      camera_(std::move(camera)),
      video_(video),
      encoded_(std::move(encoded)),
      counts_(counts),
      pause_({std::chrono::milliseconds(std::min(options.retry_min_ms, options.retry_max_ms)),
              std::chrono::milliseconds(options.retry_max_ms)}),
      thread_(named_thread("fovea-camera", [this] { run(); }))
{
}

CameraKeeper::~CameraKeeper()
{
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    g_cancellable_cancel(cancel_.get());
    thread_.join();
}

void CameraKeeper::run()
{
    or_post_error<bool>(element_, false, [this] {
        while (true) {
            const gint64 begun = g_get_monotonic_time();
            const CameraEnd end = attempt();
            if (is_stopping())
                return true;
            const bool has_looped = end.loss == CameraLoss::Ended && options_.loop && frames_ > 0 &&
                                    camera_.kind == CameraUri::Kind::File;
            if (has_looped) {
                ++counts_->loops;
                continue;
            }
            if (counts_->up && g_get_monotonic_time() - begun > steady_ms * us_per_ms)
                pause_.reset();
            tell_down(end);
            if (!pause())
                return true;
        }
    });
    counts_->up = false;
}

CameraEnd CameraKeeper::attempt()
{
    const std::string shortage = claim();
    if (!shortage.empty())
        return {CameraLoss::Failed, shortage, ""};
    const CameraEnd end = connect();
    release_threads(this);
    return is_stopping() ? end : explained(end); // may take seconds
}

/* Others that come up, as files looped at the same moment, may count twice: as claimed and as started */
std::string CameraKeeper::claim()
{
    constexpr std::chrono::milliseconds between(200);
    constexpr int most_looks = 25; // 5 s, as long as claims hold
    std::string shortage = claim_threads(this, decoding_threads());
    for (int i = 0; i < most_looks && !shortage.empty(); ++i) {
        std::unique_lock lock(mutex_);
        if (changed_.wait_for(lock, between, [this] { return stopping_; }))
            break;
        lock.unlock();
        shortage = claim_threads(this, decoding_threads());
    }
    return shortage;
}

bool CameraKeeper::is_stopping()
{
    const std::lock_guard lock(mutex_);
    return stopping_;
}

/* Until it ends, or stop; where the camera leads to another of its own addresses, there */
CameraEnd CameraKeeper::connect()
{
    camera_.trust.renew(options_.ca_file); // certificates have their day
    camera_.renew_login(options_.credentials);
    CameraUri camera = camera_;
    CameraEnd end = connect_to(camera);
    for (int i = 0; i < most_redirections && !end.leads_to.empty() && !is_stopping(); ++i) {
        camera.uri = end.leads_to;
        end = connect_to(camera);
    }
    return end;
}

CameraEnd CameraKeeper::connect_to(const CameraUri &camera)
{
    const Clock clock = clock_of(element_);
    const GstClockTime base = gst_element_get_base_time(element_);
    CameraConnection::Deliver encoded;
    if (encoded_ != nullptr)
        encoded = [this](GstSample *sample) { encoded_->deliver(sample); };
    frames_ = 0;
    picture_ = 0;
    check_.reconnect();
    CameraConnection connection(
        camera, options_, clock.get(), base, [this](GstSample *sample) { take(sample); }, encoded);
    const Nanoseconds offset = connection.prepare([this] { return is_stopping(); });
    video_->connect(clock.get(), base, offset);
    if (encoded_ != nullptr)
        encoded_->connect(clock.get(), base, offset);
    last_frame_ = g_get_monotonic_time();
    last_change_ = last_frame_.load();
    connection.play();
    return watch(&connection);
}

CameraEnd CameraKeeper::watch(CameraConnection *connection)
{
    while (true) {
        if (is_stopping())
            return {CameraLoss::Ended, "", ""};
        const std::optional<CameraEnd> end = connection->wait(look_interval);
        if (frames_ > 0 && !counts_->up)
            tell_up(); // also where it ended at once: else its loss would be none
        if (end)
            return *end;
        if (frames_ > 0 && seen_ != counts_->picture)
            tell_picture();
        const gint64 now = g_get_monotonic_time();
        if (now - last_frame_ > options_.timeout_ms * us_per_ms)
            return {CameraLoss::Stalled,
                    "no frame for " + std::to_string(options_.timeout_ms) + " ms", ""};
        if (options_.frozen_timeout_ms > 0 && frames_ > 0 &&
            now - last_change_ > options_.frozen_timeout_ms * us_per_ms)
            return {CameraLoss::Frozen,
                    "the same picture for " + std::to_string(options_.frozen_timeout_ms) + " ms",
                    ""};
    }
}

/* \return whether the frame is not worth judging; on a thread of the connection */
bool CameraKeeper::check(GstBuffer *buffer, const GstVideoInfo &info, Nanoseconds now)
{
    check_.count(GST_BUFFER_FLAG_IS_SET(buffer, GST_BUFFER_FLAG_CORRUPTED));
    if (check_.is_due(now)) {
        const MappedFrame frame(buffer, info);
        check_.look(frame.view(), now);
        seen_ = check_.told();
    }
    return check_.now() != PictureState::Good;
}

/* On a thread of the connection */
void CameraKeeper::take(GstSample *sample)
{
    GstVideoInfo info;
    const gint64 now = g_get_monotonic_time();
    bool damaged = false;
    if (gst_video_info_from_caps(&info, gst_sample_get_caps(sample)) != FALSE) {
        width_ = GST_VIDEO_INFO_WIDTH(&info);
        height_ = GST_VIDEO_INFO_HEIGHT(&info);
        const std::uint64_t picture = picture_hash(gst_sample_get_buffer(sample), info);
        if (picture == 0 || picture != std::exchange(picture_, picture))
            last_change_ = now;
        if (options_.check_picture && picture != 0 && is_read(GST_VIDEO_INFO_FORMAT(&info)))
            damaged = check(gst_sample_get_buffer(sample), info, now * nanoseconds_per_microsecond);
    }
    last_frame_ = now;
    if (frames_++ == 0)
        release_threads(this);
    video_->deliver(sample, damaged);
}

void CameraKeeper::tell_up()
{
    counts_->up = true;
    ++counts_->connections;
    GstStructure *message = camera_message("up", camera_);
    gst_structure_set(message, "width", G_TYPE_INT, width_.load(), "height", G_TYPE_INT,
                      height_.load(), nullptr);
    post(element_, message);
}

/* Where there was no frame it may be that nobody is there */
CameraEnd CameraKeeper::explained(CameraEnd end)
{
    if (end.loss == CameraLoss::Unauthorised && !camera_.login_not_renewed.empty())
        end.text += "; a new login could not be read: " + camera_.login_not_renewed;
    if (frames_ > 0 || (end.loss != CameraLoss::Refused && end.loss != CameraLoss::Failed &&
                        end.loss != CameraLoss::Stalled))
        return end;
    if (const std::string why = thread_shortage(decoding_threads()); !why.empty())
        return {CameraLoss::Failed, why + " (" + end.text + ")", ""};
    const std::string why = why_unreachable(camera_, cancel_.get());
    if (why.empty())
        return end;
    return {CameraLoss::Refused, camera_.without_secrets(why), ""};
}

void CameraKeeper::tell_down(const CameraEnd &end)
{
    if (counts_->up.exchange(false))
        ++counts_->losses; // else it is still away
    GstStructure *message = camera_message("down", camera_);
    gst_structure_set(message, "reason", G_TYPE_STRING, name_of(camera_losses, end.loss), "text",
                      G_TYPE_STRING, end.text.c_str(), "retry-in", G_TYPE_UINT,
                      static_cast<guint>(pause_.coming().count()), nullptr);
    post(element_, message);
}

void CameraKeeper::tell_picture()
{
    counts_->picture = seen_.load();
    const Named<PictureState> *told = find_value(picture_states, counts_->picture.load());
    GstStructure *message = camera_message("picture", camera_);
    gst_structure_set(message, "picture", G_TYPE_STRING, told->name, "text", G_TYPE_STRING,
                      told->meaning, nullptr);
    post(element_, message);
}

/* \return whether to go on */
bool CameraKeeper::pause()
{
    std::unique_lock lock(mutex_);
    return !changed_.wait_for(lock, pause_.next(), [this] { return stopping_; });
}

} // namespace fovea
