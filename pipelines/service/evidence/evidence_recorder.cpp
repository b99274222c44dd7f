// SPDX-License-Identifier: MIT
#include "service/evidence/evidence_recorder.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "service/evidence/clip_writer.h"

namespace fovea {

namespace {

/* An alarm is told a window and its inference behind its begin, and a clip needs a key frame before it */
constexpr Nanoseconds told_late = 15 * nanoseconds_per_second;
/* Cameras that save bits give a key frame in many seconds; without one in this time nothing is kept for it */
constexpr Nanoseconds longest_wait_for_key = 60 * nanoseconds_per_second;

/* One that fell behind has caught up by then: at most_waiting() itself the next clip would end as it begins */
constexpr std::size_t caught_up_part = 4;

Nanoseconds time_of(GstSample *sample)
{
    return static_cast<Nanoseconds>(GST_BUFFER_DTS_OR_PTS(gst_sample_get_buffer(sample)));
}

std::size_t bytes_of(GstSample *sample)
{
    return gst_buffer_get_size(gst_sample_get_buffer(sample));
}

bool is_key(GstSample *sample)
{
    return !GST_BUFFER_FLAG_IS_SET(gst_sample_get_buffer(sample), GST_BUFFER_FLAG_DELTA_UNIT);
}

} // namespace

EvidenceRecorder::EvidenceRecorder(const Options &options, Done done, OnShorter on_shorter)
    : options_(options), done_(std::move(done)), on_shorter_(std::move(on_shorter))
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
    recent_bytes_ += bytes_of(sample);
    forget_old(now);
    forget_beyond();
    for (Clip &clip : clips_)
        if (!clip.waits)
            write(&clip, sample);
    const auto is_due = [this](Clip &clip) {
        return clip.waits && (can_begin(&clip) || is_given_up(clip));
    };
    const bool tells = (is_too_fast_ && !told_too_fast_) || told_cut_ < cut_for_disk_;
    if (ready_ == 0 && (tells || std::any_of(clips_.begin(), clips_.end(), is_due)))
        ready_ = g_idle_add(on_ready, this);
    forget_over();
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

std::size_t EvidenceRecorder::most_bytes(Nanoseconds time) const
{
    return static_cast<std::size_t>(to_seconds(time) *
                                    static_cast<double>(options_.most_bytes_a_second));
}

/* The memory is that of all cameras: one that sends as fast as its network can had taken it */
void EvidenceRecorder::forget_beyond()
{
    const std::size_t most = most_bytes(options_.before + told_late + options_.least_duration);
    auto first = recent_.begin();
    for (std::size_t bytes = recent_bytes_; bytes > most && first != recent_.end(); ++first)
        bytes -= bytes_of(*first);
    is_too_fast_ |= first != recent_.begin();
    forget_until(first);
}

void EvidenceRecorder::forget_until(std::deque<GstSample *>::iterator end)
{
    std::for_each(recent_.begin(), end,
                  [this](GstSample *sample) { recent_bytes_ -= bytes_of(sample); });
    std::for_each(recent_.begin(), end, gst_sample_unref);
    recent_.erase(recent_.begin(), end);
}

gboolean EvidenceRecorder::on_ready(gpointer self)
{
    auto *recorder = static_cast<EvidenceRecorder *>(self);
    std::vector<LostClip> lost;
    bool is_too_fast = false;
    std::uint64_t cut = 0;
    {
        const std::lock_guard lock(recorder->mutex_);
        recorder->ready_ = 0;
        is_too_fast = recorder->is_too_fast_ && !std::exchange(recorder->told_too_fast_, true);
        cut = recorder->cut_for_disk_ - std::exchange(recorder->told_cut_, recorder->cut_for_disk_);
        // what was ready may be gone since: then the next piece of the stream asks again
        for (Clip &clip : recorder->clips_) {
            if (!clip.waits)
                continue;
            if (recorder->can_begin(&clip) ? !recorder->open(&clip) : recorder->is_given_up(clip)) {
                clip.waits = false;
                lost.push_back(recorder->lost(clip));
            }
        }
        recorder->forget_over();
    }
    if (is_too_fast && recorder->on_shorter_)
        recorder->on_shorter_(Shorter::FastStream);
    for (; cut > 0 && recorder->on_shorter_; --cut)
        recorder->on_shorter_(Shorter::SlowDisk);
    recorder->tell_lost(lost);
    return G_SOURCE_REMOVE;
}

/* For the disk. Under mutex_ */
std::size_t EvidenceRecorder::waiting() const
{
    std::size_t waiting = 0;
    for (const Clip &clip : clips_)
        waiting += clip.writer != nullptr ? clip.writer->waiting() : 0;
    for (const auto &writer : closing_)
        waiting += writer->waiting();
    return waiting;
}

/* What waits to be written is held beside, or with, what is kept of the stream. Under mutex_ */
std::size_t EvidenceRecorder::most_waiting() const
{
    return 2 * recent_bytes_ + options_.most_waiting;
}

/* Once it is, until it has caught up. Under mutex_ */
bool EvidenceRecorder::is_behind()
{
    is_behind_ = waiting() > most_waiting() / (is_behind_ ? caught_up_part : 1);
    return is_behind_;
}

std::uint64_t EvidenceRecorder::cut_for_disk()
{
    const std::lock_guard lock(mutex_);
    return cut_for_disk_;
}

/* The stream has come to its time, and there is a key frame, without which nothing can begin. Under mutex_ */
bool EvidenceRecorder::has_stream(const Clip &clip) const
{
    return !recent_.empty() && time_of(recent_.back()) >= clip.begun &&
           std::any_of(recent_.begin(), recent_.end(), is_key);
}

/* Under mutex_ */
bool EvidenceRecorder::can_begin(Clip *clip)
{
    if (!has_stream(*clip))
        return false;
    const bool waits_for_disk = is_behind();
    clip->waited_for_disk |= waits_for_disk;
    return !waits_for_disk;
}

/* No key frame came for all of what waits, and none for long behind it. Under mutex_ */
bool EvidenceRecorder::is_given_up(const Clip &clip) const
{
    return !recent_.empty() &&
           time_of(recent_.back()) > clip.begun + options_.longest + longest_wait_for_key;
}

/*
 * What waits begins with the last key frame before it, or the first there is. Under mutex_, on the main loop's thread.
 * Returns false where that is behind all that was to be kept.
 */
bool EvidenceRecorder::open(Clip *clip)
{
    clip->waits = false;
    auto first = std::find_if(recent_.begin(), recent_.end(), is_key);
    for (auto at = first; at != recent_.end(); ++at)
        if (is_key(*at) && time_of(*at) <= clip->begun)
            first = at;
    if (clip->until && time_of(*first) > *clip->until)
        return false;
    clip->begun = std::max(clip->begun, time_of(*first));
    clip->writer = std::make_unique<ClipWriter>(
        gst_sample_get_caps(*first), clip->file,
        [done = done_, number = clip->number](const std::string &path, const std::string &why) {
            done(number, path, why);
        });
    std::for_each(first, recent_.end(), [&](GstSample *sample) { write(clip, sample); });
    return true;
}

/* When it is over at the latest, where the stream goes on as fast as it is. Under mutex_ */
Nanoseconds EvidenceRecorder::longest_end(const Clip &clip) const
{
    const Nanoseconds end = clip.begun + options_.longest;
    if (recent_.empty() || recent_bytes_ == 0)
        return end; // nobody knows yet
    const Nanoseconds now = time_of(recent_.back());
    const Nanoseconds span = now - time_of(recent_.front());
    if (span < nanoseconds_per_second)
        return end; // a key frame alone, perhaps
    const std::size_t most = most_bytes(options_.longest);
    const double left = clip.bytes < most ? static_cast<double>(most - clip.bytes) : 0;
    const double seconds = left * to_seconds(span) / static_cast<double>(recent_bytes_);
    const double full = to_seconds(clip.waits ? clip.begun : now) + seconds;
    return full < to_seconds(end) ? static_cast<Nanoseconds>(full * nanoseconds_per_second) : end;
}

/* Under mutex_ */
void EvidenceRecorder::write(Clip *clip, GstSample *sample)
{
    if (clip->writer == nullptr)
        return;
    const Nanoseconds now = time_of(sample);
    clip->bytes += bytes_of(sample);
    const bool is_full = clip->bytes > most_bytes(options_.longest);
    is_too_fast_ |= is_full;
    const bool is_over =
        is_full || (clip->until && now > *clip->until) || now > clip->begun + options_.longest;
    if (is_over || !clip->writer->takes(gst_sample_get_caps(sample)))
        close(clip);
    else
        clip->writer->write(sample);
    if (clip->writer != nullptr && waiting() > most_waiting()) {
        is_behind_ = true;
        ++cut_for_disk_;
        close(clip);
    }
}

std::uint64_t EvidenceRecorder::begin(Nanoseconds start, const std::filesystem::path &file)
{
    const std::lock_guard lock(mutex_);
    forget_closed();
    if (!clips_.empty() && start + options_.after <= longest_end(clips_.back())) {
        ++clips_.back().open_events;
        clips_.back().until.reset();
        return clips_.back().number;
    }
    const Nanoseconds from = start - options_.before;
    if (is_interrupted_ && (recent_.empty() || time_of(recent_.back()) < from))
        return 0;
    Clip clip;
    clip.number = ++count_;
    clip.file = file;
    clip.begun = from;
    clips_.push_back(std::move(clip));
    if (can_begin(&clips_.back()))
        open(&clips_.back());
    forget_over();
    return count_;
}

void EvidenceRecorder::end(std::uint64_t clip, Nanoseconds end)
{
    const std::lock_guard lock(mutex_);
    forget_closed();
    for (Clip &one : clips_)
        if (one.number == clip && --one.open_events == 0)
            one.until = end + options_.after;
}

void EvidenceRecorder::cut()
{
    std::vector<LostClip> lost;
    {
        const std::lock_guard lock(mutex_);
        is_interrupted_ = true;
        if (ready_ != 0)
            g_source_remove(std::exchange(ready_, 0));
        for (Clip &clip : clips_) {
            // it has no later time to begin: some of it is more than nothing
            const bool begins = clip.waits && (can_begin(&clip) ||
                                               (has_stream(clip) && waiting() <= most_waiting()));
            if (clip.waits && !(begins && open(&clip)))
                lost.push_back(this->lost(clip));
            if (clip.writer != nullptr)
                close(&clip);
        }
        clips_.clear();
        forget_closed();
    }
    tell_lost(lost);
}

void EvidenceRecorder::forget()
{
    cut();
    const std::lock_guard lock(mutex_);
    forget_until(recent_.end());
}

/* Under mutex_ */
void EvidenceRecorder::close(Clip *clip)
{
    clip->writer->close();
    closing_.push_back(std::move(clip->writer));
}

/* Under mutex_ */
void EvidenceRecorder::forget_over()
{
    clips_.erase(std::remove_if(clips_.begin(), clips_.end(),
                                [](const Clip &clip) { return !clip.waits && !clip.writer; }),
                 clips_.end());
}

/* Under mutex_; it is told without */
EvidenceRecorder::LostClip EvidenceRecorder::lost(const Clip &clip) const
{
    return {clip.number, clip.waited_for_disk
                             ? "the disk does not keep up with those before it"
                             : "the recorded stream gave nothing of the alarm's time"};
}

void EvidenceRecorder::tell_lost(const std::vector<LostClip> &clips) const
{
    for (const auto &[number, why] : clips)
        done_(number, "", why);
}

/* Under mutex_, on the main loop's thread, where they tell that they are whole, or failed */
void EvidenceRecorder::forget_closed()
{
    for (Clip &clip : clips_)
        if (clip.writer != nullptr && clip.writer->is_done())
            clip.writer.reset(); // it failed: what begins now is not in it
    forget_over();
    closing_.erase(std::remove_if(closing_.begin(), closing_.end(),
                                  [](const auto &writer) { return writer->is_done(); }),
                   closing_.end());
}

void EvidenceRecorder::finish(std::chrono::steady_clock::time_point until)
{
    forget();
    {
        const std::lock_guard lock(mutex_);
        std::move(closing_.begin(), closing_.end(), std::back_inserter(finished_));
        closing_.clear();
    }
    for (const auto &writer : finished_) {
        const std::chrono::nanoseconds left = until - std::chrono::steady_clock::now();
        writer->wait(std::max<Nanoseconds>(left.count(), 0));
    }
}

bool EvidenceRecorder::is_down(std::chrono::steady_clock::time_point until) const
{
    return std::all_of(finished_.begin(), finished_.end(),
                       [&](const auto &writer) { return writer->is_down(until); });
}

} // namespace fovea
