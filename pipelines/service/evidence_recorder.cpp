// SPDX-License-Identifier: MIT
#include "service/evidence_recorder.h"

#include <algorithm>
#include <utility>

#include "service/clip_writer.h"

namespace fovea {

namespace {

/* An alarm is told a window and its inference behind its begin, and a clip needs a key frame before it */
constexpr Nanoseconds told_late = 15 * nanoseconds_per_second;
/* Cameras that save bits give a key frame in many seconds; without one in this time nothing is kept for it */
constexpr Nanoseconds longest_wait_for_key = 60 * nanoseconds_per_second;
constexpr const char *never_came = "the recorded stream gave nothing of the alarm's time";

Nanoseconds time_of(GstSample *sample)
{
    return static_cast<Nanoseconds>(GST_BUFFER_DTS_OR_PTS(gst_sample_get_buffer(sample)));
}

bool is_key(GstSample *sample)
{
    return !GST_BUFFER_FLAG_IS_SET(gst_sample_get_buffer(sample), GST_BUFFER_FLAG_DELTA_UNIT);
}

} // namespace

EvidenceRecorder::EvidenceRecorder(const Options &options, Done done)
    : options_(options), done_(std::move(done))
{
}

EvidenceRecorder::~EvidenceRecorder()
{
    if (ready_ != 0)
        g_source_remove(ready_);
    forget_until(recent_.end());
}

void EvidenceRecorder::take(GstSample *sample)
{
    const std::lock_guard lock(mutex_);
    const Nanoseconds now = time_of(sample);
    is_interrupted_ = false;
    recent_.push_back(gst_sample_ref(sample));
    forget_old(now);
    if (waiting_ && ready_ == 0 && is_ready())
        ready_ = g_idle_add(on_ready, this);
    if (writer_ == nullptr)
        return;
    const bool is_over = (write_until_ && now > *write_until_) || now > begun_ + options_.longest;
    if (is_over || !writer_->takes(gst_sample_get_caps(sample)))
        close();
    else
        writer_->write(sample);
}

/* What lies before the last key frame that is old enough */
void EvidenceRecorder::forget_old(Nanoseconds now)
{
    const Nanoseconds old = now - options_.before - told_late - options_.least_duration;
    auto first = recent_.begin();
    for (auto at = first; at != recent_.end() && time_of(*at) <= old; ++at)
        if (is_key(*at) || time_of(*at) < old - longest_wait_for_key)
            first = at;
    forget_until(first);
}

void EvidenceRecorder::forget_until(std::deque<GstSample *>::iterator end)
{
    std::for_each(recent_.begin(), end, gst_sample_unref);
    recent_.erase(recent_.begin(), end);
}

gboolean EvidenceRecorder::on_ready(gpointer self)
{
    auto *recorder = static_cast<EvidenceRecorder *>(self);
    bool is_lost = false;
    {
        const std::lock_guard lock(recorder->mutex_);
        recorder->ready_ = 0;
        // what was ready may be gone since: then the next piece of the stream asks again
        is_lost = recorder->waiting_ && recorder->is_ready() && !recorder->open();
    }
    if (is_lost)
        recorder->done_(recorder->clips_, "", never_came);
    return G_SOURCE_REMOVE;
}

/* Whether what waits can begin. Under mutex_ */
bool EvidenceRecorder::is_ready() const
{
    return !recent_.empty() && time_of(recent_.back()) >= waiting_->from &&
           std::any_of(recent_.begin(), recent_.end(), is_key);
}

/*
 * What waits begins with the last key frame before it, or the first there is. Under mutex_, on the main loop's thread.
 * Returns false where that is behind all that was to be kept.
 */
bool EvidenceRecorder::open()
{
    const Waiting clip = *std::exchange(waiting_, std::nullopt);
    auto first = std::find_if(recent_.begin(), recent_.end(), is_key);
    for (auto at = first; at != recent_.end(); ++at)
        if (is_key(*at) && time_of(*at) <= clip.from)
            first = at;
    if (write_until_ && time_of(*first) > *write_until_)
        return false;
    writer_ = std::make_unique<ClipWriter>(
        gst_sample_get_caps(*first), clip.file,
        [done = done_, number = clips_](const std::string &path, const std::string &why) {
            done(number, path, why);
        });
    begun_ = std::max(clip.from, time_of(*first));
    for (auto at = first; at != recent_.end(); ++at)
        if (writer_->takes(gst_sample_get_caps(*at)))
            writer_->write(*at);
    return true;
}

std::uint64_t EvidenceRecorder::begin(Nanoseconds start, const std::filesystem::path &file)
{
    const std::lock_guard lock(mutex_);
    forget_closed();
    // one that failed is not this event's, and one that would end within it neither
    if (writer_ != nullptr &&
        (writer_->is_done() || start + options_.after > begun_ + options_.longest))
        close();
    if (waiting_ && start + options_.after > waiting_->from + options_.longest)
        return 0;
    if (writer_ != nullptr || waiting_) {
        ++open_events_;
        write_until_.reset();
        return clips_;
    }
    const Nanoseconds from = start - options_.before;
    if (is_interrupted_ && (recent_.empty() || time_of(recent_.back()) < from))
        return 0;
    ++clips_;
    open_events_ = 1;
    write_until_.reset();
    waiting_ = Waiting{from, file};
    if (is_ready())
        open();
    return clips_;
}

void EvidenceRecorder::end(std::uint64_t clip, Nanoseconds end)
{
    const std::lock_guard lock(mutex_);
    forget_closed();
    if ((writer_ == nullptr && !waiting_) || clip != clips_)
        return;
    if (--open_events_ == 0)
        write_until_ = end + options_.after;
}

void EvidenceRecorder::cut()
{
    bool is_lost = false;
    {
        const std::lock_guard lock(mutex_);
        is_interrupted_ = true;
        is_lost = waiting_ && !(is_ready() && open());
        waiting_.reset();
        if (ready_ != 0)
            g_source_remove(std::exchange(ready_, 0));
        if (writer_ != nullptr)
            close();
        forget_closed();
    }
    if (is_lost)
        done_(clips_, "", never_came);
}

void EvidenceRecorder::forget()
{
    cut();
    const std::lock_guard lock(mutex_);
    forget_until(recent_.end());
}

/* Under mutex_ */
void EvidenceRecorder::close()
{
    writer_->close();
    closing_.push_back(std::move(writer_));
    write_until_.reset();
}

/* Under mutex_, on the main loop's thread, where they tell that they are whole */
void EvidenceRecorder::forget_closed()
{
    closing_.erase(std::remove_if(closing_.begin(), closing_.end(),
                                  [](const auto &writer) { return writer->is_done(); }),
                   closing_.end());
}

void EvidenceRecorder::finish(std::chrono::steady_clock::time_point until)
{
    cut();
    std::vector<std::unique_ptr<ClipWriter>> closing;
    {
        const std::lock_guard lock(mutex_);
        closing = std::exchange(closing_, {});
    }
    for (const auto &writer : closing) {
        const std::chrono::nanoseconds left = until - std::chrono::steady_clock::now();
        writer->wait(std::max<Nanoseconds>(left.count(), 0));
    }
}

} // namespace fovea
