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
    for (GstSample *sample : recent_)
        gst_sample_unref(sample);
}

void EvidenceRecorder::take(GstSample *sample)
{
    const std::lock_guard lock(mutex_);
    const Nanoseconds now = time_of(sample);
    recent_.push_back(gst_sample_ref(sample));
    forget_old(now);
    if (writer_ == nullptr)
        return;
    const bool is_over = (write_until_ && now > *write_until_) || now > begun_ + options_.longest;
    if (is_over || !writer_->takes(gst_sample_get_caps(sample)))
        close();
    else
        writer_->write(sample);
}

void EvidenceRecorder::forget_old(Nanoseconds now)
{
    while (!recent_.empty() &&
           time_of(recent_.front()) < now - options_.before - told_late - options_.least_duration) {
        gst_sample_unref(recent_.front());
        recent_.pop_front();
    }
}

std::uint64_t EvidenceRecorder::begin(Nanoseconds start, const std::filesystem::path &file)
{
    const std::lock_guard lock(mutex_);
    forget_closed();
    // one that failed is not this event's, and one that would end within it neither
    if (writer_ != nullptr &&
        (writer_->is_done() || start + options_.after > begun_ + options_.longest))
        close();
    if (writer_ != nullptr) {
        ++open_events_;
        write_until_.reset();
        return clips_;
    }
    if (recent_.empty() || time_of(recent_.back()) < start - options_.before)
        return 0; // the camera gave nothing yet, or nothing of that time: it is lost

    // the last key frame at least `before` ahead of it, or the first there is
    auto first = std::find_if(recent_.begin(), recent_.end(), is_key);
    for (auto at = first; at != recent_.end(); ++at)
        if (is_key(*at) && time_of(*at) <= start - options_.before)
            first = at;
    if (first == recent_.end())
        return 0;
    const std::uint64_t clip = ++clips_;
    writer_ = std::make_unique<ClipWriter>(
        gst_sample_get_caps(*first), file,
        [done = done_, clip](const std::string &path, const std::string &why) {
            done(clip, path, why);
        });
    open_events_ = 1;
    begun_ = time_of(*first);
    for (auto at = first; at != recent_.end(); ++at)
        if (writer_->takes(gst_sample_get_caps(*at)))
            writer_->write(*at);
    return clip;
}

void EvidenceRecorder::end(std::uint64_t clip, Nanoseconds end)
{
    const std::lock_guard lock(mutex_);
    forget_closed();
    if (writer_ == nullptr || clip != clips_)
        return;
    if (--open_events_ == 0)
        write_until_ = end + options_.after;
}

void EvidenceRecorder::cut()
{
    const std::lock_guard lock(mutex_);
    if (writer_ != nullptr)
        close();
    forget_closed();
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
